#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a hog of a FIFO or ADAPTIVE group has no longer slice of the guard by what its
# proves: owner can do: change the policy without end, or have the hog go to another group
# proves: and come back
# kernels: all-long
# icount: 1
# smp: 1

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# soon WHAT COMMAND...: one that sleeps when it begins wakes within twice the guard's time.
soon()
{
	local late

	late=$(most_late 5 "${@:2}") || fail "$1: does not run"
	echo "$1: latest wake-up $late ms"
	[ "$late" -lt 600 ] || fail "$1: the guard is late"
}

sched_load
group_make web 1
# So long a slice never ends before the next change.
echo 300000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
soon "nothing changes" "$sched" hogs 2 3
for pair in "0 1" "2 1"; do
	read -r one other <<<"$pair"
	before=$(group_stat web guard_rotations)
	soon "policy $one and $other" "$sched" toggle 40000 3 "$one" "$other" $groups/web/cpu.real_policy
	[ "$(group_stat web guard_rotations)" -gt "$before" ] || fail "the guard did nothing"
done
group_make other
soon "another group, and back" "$sched" hopper 3000 3 $groups/web/cgroup.procs $groups/other/cgroup.procs
group_sound web
group_remove web
group_remove other
sched_unload
