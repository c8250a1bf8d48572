# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the scheduler plugin share. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

groups=/sys/fs/cgroup
# shellcheck disable=SC2034 # for those who source this
sched=$programs/sched

# sched_load: the plugin, with $sched_parameters, and the cpu controller for all
# groups.
sched_load()
{
	# shellcheck disable=SC2086 # words
	modprobe -a hookcore && modprobe vkernel_sched ${sched_parameters:-} ||
		fail "modules do not load"
	echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
}

# group_make NAME [POLICY]
group_make()
{
	mkdir $groups/"$1" || fail "cannot make group $1"
	[ -z "${2:-}" ] || echo "$2" >$groups/"$1"/cpu.real_policy ||
		fail "cannot set the policy of $1"
}

# group_remove NAME: and kill who is in it.
group_remove()
{
	[ ! -e $groups/"$1"/cgroup.kill ] || echo 1 >$groups/"$1"/cgroup.kill
	wait_until 20 rmdir $groups/"$1" 2>/dev/null || fail "cannot remove group $1"
}

# group_enter NAME COMMAND...: this very process, which is at best one in the background:
# then $! is the command's.
group_enter()
{
	echo $BASHPID >$groups/"$1"/cgroup.procs || exit
	exec "${@:2}"
}

# group_run NAME COMMAND...: in that group.
group_run()
{
	(group_enter "$@")
}

# group_stat NAME WORD: one of its counts.
group_stat()
{
	sed -n "s/^$2 //p" $groups/"$1"/cpu.real_policy.stat
}

# group_used NAME: the time it has had, us.
group_used()
{
	sed -n 's/^usage_usec //p' $groups/"$1"/cpu.stat
}

# group_throttled NAME: how often it was.
group_throttled()
{
	sed -n 's/^nr_throttled //p' $groups/"$1"/cpu.stat
}

# group_chooses NAME WORD: an ADAPTIVE group, on the only processor.
group_chooses()
{
	grep -q "^cpu0 queued .* choice $2$" $groups/"$1"/cpu.real_policy.stat
}

# group_sound NAME: its lists were as long as the tree whenever looked at.
group_sound()
{
	equal "$1: times the list was not as long as the tree" \
		"$(group_stat "$1" mismatches)" 0
}

# most_late SECONDS COMMAND...: of one in group web that sleeps 20 ms again and again for
# so long, and is there when the command begins, ms.
most_late()
{
	local median p99 most

	group_run web "$sched" sleeper 20000 "$1" >/tmp/late &
	sleep 1
	group_run web "${@:2}" || return
	wait $! || return
	read -r median p99 most </tmp/late
	echo "median $median us, 99 % $p99 us, most $most us" >&2
	echo $((most / 1000))
}

# milliseconds: since the machine started.
milliseconds()
{
	local up rest

	read -r up rest </proc/uptime
	echo $((10#${up/./} * 10))
}

# mkdir_time: how long one of the host takes, ms.
mkdir_time()
{
	local begin

	begin=$(milliseconds)
	mkdir $groups/probe && rmdir $groups/probe || fail "cannot make a group"
	echo $(($(milliseconds) - begin))
}

# has_moved TIMES: the mover, since it began.
has_moved()
{
	[ "$(wc -l </tmp/moves)" -ge "$1" ]
}

# mover: one in group web moves another one, which sleeps, to its groups a and b again
# and again, and counts in /tmp/moves. With a pause in between the kernel waits for RCU
# each time, with cgroup_mutex held.
mover()
{
	[ -p /tmp/never ] || mkfifo /tmp/never
	: >/tmp/moves
	group_run web sleep 1000 &
	# shellcheck disable=SC2016 # the other shell's
	group_run web bash -c 'while :; do
			echo $1 >'$groups'/web/a/cgroup.procs
			read -rt 0.03 <>/tmp/never
			echo $1 >'$groups'/web/b/cgroup.procs
			read -rt 0.03 <>/tmp/never
			echo >>/tmp/moves
		done' - $! &
	wait_until 20 has_moved 1 || fail "nobody is moved"
}

# group_normal NAME: and no list is left, so that nothing is measured but the kernel.
group_normal()
{
	echo 0 >$groups/"$1"/cpu.real_policy || fail "cannot set the policy of $1"
	wait_until 10 group_has_no_list "$1" || fail "$1 keeps its lists"
}

group_has_no_list()
{
	! grep -q ^cpu $groups/"$1"/cpu.real_policy.stat
}

# sched_unload: with whatever is in the groups.
sched_unload()
{
	rmmod vkernel_sched || fail "cannot unload"
	! ls $groups/*/cpu.real_policy 2>/dev/null || fail "files are left"
	unload_all || fail "cannot unload"
}
