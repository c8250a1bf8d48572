# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How long the machine stands still for an install: told by the trace event
# hookcore_stop, in nanoseconds, which under -icount are instructions. Sourced.

stop_tracing=/sys/kernel/tracing

# stop_begin: load what is measured, and make room for so many tasks.
stop_begin()
{
	sysctl -qw kernel.threads-max=40000
	modprobe -a hookcore hookcore_field || return
	echo 1 >"$stop_tracing/events/hookcore/hookcore_stop/enable"
}

stop_end()
{
	echo 0 >"$stop_tracing/events/hookcore/hookcore_stop/enable"
	rmmod hookcore_field hookcore
}

# stop_measure HOOKS [ROUNDS]: install and remove that many; the longest stop that
# installed them, and the longest one that removed them, and the shortest ones.
stop_measure()
{
	local round rounds=${2:-1}

	echo >"$stop_tracing/trace"
	for ((round = 0; round < rounds; round++)); do
		modprobe hookcore_many count="$1" && rmmod hookcore_many || return
	done
	awk -v hooks="$1" -v rounds="$rounds" '
		match($0, /patches=[0-9]+ ns=[0-9]+ result=0/) {
			split(substr($0, RSTART, RLENGTH), field, /[= ]/)
			# A jmp at each site and in each stub; out go the sites.
			install = field[2] == 2 * hooks
			if (field[4] > most[install])
				most[install] = field[4]
			if (!n[install] || field[4] < least[install])
				least[install] = field[4]
			n[install]++
		}
		END {
			if (n[0] < rounds || n[1] < rounds)
				exit 1
			print most[1], most[0], least[1], least[0]
		}' "$stop_tracing/trace"
}

# stop_beside TASKS KIND COMMAND...: run it beside so many "asleep" or "busy".
stop_beside()
{
	local tasks=$1 kind=$2 word status
	shift 2

	coproc SLEEPERS { "${VK_PROGRAMS:-/vk/programs}/sleepers" "$tasks" "$kind"; }
	exec 5<&"${SLEEPERS[0]}" 6>&"${SLEEPERS[1]}"
	eval "exec ${SLEEPERS[1]}>&-"
	read -r word <&5 && "$@"
	status=$?
	exec 6>&-
	wait
	exec 5<&-
	[ "$word" = ready ] && return "$status"
}
