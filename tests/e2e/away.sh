#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# away.sh CLASS GROUP HOTPLUG: the order of a FIFO group whose waiting tasks change
# class, or may run elsewhere meanwhile, or are sent there, or change group, and come
# back, or whose CPU goes and comes, while they wait and while they sleep; so many
# rounds of each, CLASS for the first three.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

debug=/sys/kernel/debug/sched
# Nobody holds the CPU back: who runs for less than a tick may well keep the order.
burst=9000 # us

# Time that the virtual machine itself does not get looks like a hog's: no guard.
guard=60000000
sched_parameters=guard_max_us=$guard

# held ROUNDS WAY: how many are out of order.
held()
{
	local us=300

	# It takes a while until the CPU goes.
	[ "$2" != unplug ] || us=10000
	"$sched" held 6 "$1" $us "$2" $groups/web/cgroup.procs $groups/other/cgroup.procs ||
		fail "$2: does not run"
}

sched_load
group_make web
group_make other
# Who wakes a task puts it onto its CPU's queue itself, and does not ask that CPU
# to; and a real-time task may keep its CPU for itself.
echo NO_TTWU_QUEUE >$debug/features || fail "no feature"
echo -1 >/proc/sys/kernel/sched_rt_runtime_us || fail "cannot lift the limit"
# Softirqs that are left to this thread are waited for by RCU, and by who moves tasks.
chrt -f -p 99 "$(pgrep -x ksoftirqd/1)" || fail "cannot let ksoftirqd run"
[ ! -e $debug/fair_server ] || echo 0 >$debug/fair_server/cpu1/runtime || fail "no fair server"

for way in class affinity migrate unplug group; do
	wrong=$(held 20 $way)
	echo "NORMAL: $wrong of 20 rounds out of order, $way"
	[ "$wrong" -gt 10 ] || fail "control: the order holds without us, $way"
done
wrong=$(group_run web "$sched" order 6 20 $burst hotplug)
echo "NORMAL: $wrong of 20 rounds out of order, hotplug"
[ "$wrong" -gt 10 ] || fail "control: the order holds without us, hotplug"
echo 1 >$groups/web/cpu.real_policy || fail "cannot set the policy"
echo $guard >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
equal "of $1, another class" "$(held "$1" class)" 0
equal "of $1, other CPUs allowed" "$(held "$1" affinity)" 0
equal "of $1, sent to another CPU in another order" "$(held "$1" migrate)" 0
equal "of $3, while they wait their CPU goes" "$(held "$3" unplug)" 0
equal "of $2, another group" "$(held "$2" group)" 0
echo 1 >$groups/other/cpu.real_policy || fail "cannot set the policy"
equal "of $2, another group that has a list, too" "$(held "$2" group)" 0
group_sound other
equal "of $3, while their CPU goes and comes" "$(group_run web "$sched" order 6 "$3" $burst hotplug)" 0
group_sound web
equal "times the guard sent somebody back" "$(group_stat web guard_rotations)" 0
[ "$(group_stat web picks_fifo)" -gt $((6 * $1)) ] || fail "the list was not asked"
group_remove web
group_remove other
sched_unload
