# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How long the machine stands still for an install: told by the trace event
# hookcore_stop, in nanoseconds, which under -icount are instructions; and for the
# looks of a removal, by hookcore_look. Sourced.

# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

stop_tracing=/sys/kernel/tracing

# stop_begin: load what is measured, and make room for so many tasks.
stop_begin()
{
	sysctl -qw kernel.threads-max=40000
	modprobe -a hookcore hookcore_field || return
	echo 1 | tee "$stop_tracing"/events/hookcore/hookcore_{stop,look}/enable >/dev/null
}

stop_end()
{
	echo 0 | tee "$stop_tracing"/events/hookcore/hookcore_{stop,look}/enable >/dev/null
	rmmod hookcore_field hookcore
}

# stop_measure HOOKS [ROUNDS]: install and remove that many; the longest stop that
# installed them, the longest one that removed them, the longest for a look at who had
# not left them; and the shortest ones.
stop_measure()
{
	local round rounds=${2:-1}

	echo >"$stop_tracing/trace"
	for ((round = 0; round < rounds; round++)); do
		modprobe hookcore_many count="$1" && rmmod hookcore_many || return
	done
	awk -v hooks="$1" -v rounds="$rounds" '
		function seen(what, ns) {
			if (ns > most[what])
				most[what] = ns
			if (!n[what]++ || ns < least[what])
				least[what] = ns
		}
		match($0, /patches=[0-9]+ ns=[0-9]+ result=0/) {
			split(substr($0, RSTART, RLENGTH), field, /[= ]/)
			# In each site, each stub and its room; what is there stays.
			if (field[2] == 3 * hooks)
				seen("install", field[4])
			else if (field[2] == 2 * hooks)
				seen("remove", field[4])
		}
		match($0, /tasks=[0-9]+ ns=[0-9]+/) {
			split(substr($0, RSTART, RLENGTH), field, /[= ]/)
			seen("look", field[4])
		}
		END {
			if (n["install"] < rounds || n["remove"] < rounds || n["look"] < rounds)
				exit 1
			print most["install"], most["remove"], most["look"],
				least["install"], least["remove"], least["look"]
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
