#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: tasks of a FIFO group pinned to one CPU and woken in a known order run in
# proves: that order, each until it sleeps, 1,000 times while nice value and policy
# proves: change; a hundred times in the order of fork, by turns if they yield, and in a nested
# proves: group under cpu.max; twenty times pre-empted by another group's; without the
# proves: policy they do not
# kernels: all-long
# smp: 1
# icount: 1
# timeout: 600

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

sched_load
group_make web
equal "policy of a new group" "$(cat $groups/web/cpu.real_policy)" 0
equal "guard of a new group" "$(cat $groups/web/cpu.fifo_guard_us)" 100000
for word in 3 -1 x; do
	refused "Invalid argument" put "$word" $groups/web/cpu.real_policy
done
for word in 0 999 500001 x; do
	refused "Invalid argument" put "$word" $groups/web/cpu.fifo_guard_us
done

wrong=$(group_run web "$sched" order 6 10 9000)
echo "NORMAL: $wrong of 10 rounds out of order"
[ "$wrong" -gt 5 ] || fail "control: the order holds without us"
# Of those that run for less than a tick.
for way in change yield; do
	wrong=$(group_run web "$sched" order 6 100 300 $way)
	echo "NORMAL: $wrong of 100 rounds out of order, $way"
	[ "$wrong" -gt 10 ] || fail "control: the order holds without us, $way"
done

echo 1 >$groups/web/cpu.real_policy || fail "cannot set the policy"
# Time that the virtual machine itself does not get is no hog.
echo 500000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
equal "rounds out of order, FIFO" "$(group_run web "$sched" order 6 20 9000)" 0
cat $groups/web/cpu.real_policy.stat
group_sound web
[ "$(group_stat web picks_fifo)" -gt 120 ] || fail "the list was not asked"
[ "$(group_stat web preemptions_skipped)" -gt 50 ] || fail "no wake-up was skipped"

equal "of 1,000, while those that wait are changed" \
	"$(group_run web "$sched" order 6 1000 300 change)" 0
equal "of 100, in the order of fork" "$(group_run web "$sched" order 6 100 300 fork)" 0
equal "of 100, each yields once" "$(group_run web "$sched" order 6 100 300 yield)" 0
group_make other
group_run other "$sched" hogs 1 300 &
before=$(group_used other)
equal "of 20, beside a hog of another group" "$(group_run web "$sched" order 6 20 9000)" 0
# Each runs for more than a tick: the hog must have come in between.
[ $(($(group_used other) - before)) -gt 500000 ] || fail "control: nobody was pre-empted"
echo 1 >$groups/other/cgroup.kill
wait 2>/dev/null
group_remove other
mkdir $groups/web/a $groups/web/b || fail "no group for others"
echo +cpu >$groups/web/cgroup.subtree_control || fail "cannot nest"
echo "20000 50000" >$groups/web/cpu.max || fail "no limit"
group_run web/a "$sched" churn 300 &
equal "of 100, nested, beside others, under cpu.max" \
	"$(group_run web/b "$sched" order 6 100 300 change)" 0
[ "$(sed -n 's/^nr_throttled //p' $groups/web/cpu.stat)" -gt 10 ] || fail "control: not throttled"
group_sound web/b
echo 1 >$groups/web/cgroup.kill
wait 2>/dev/null
echo max >$groups/web/cpu.max
group_remove web/a
group_remove web/b
echo -cpu >$groups/web/cgroup.subtree_control
group_normal web
wrong=$(group_run web "$sched" order 6 10 9000)
[ "$wrong" -gt 5 ] || fail "NORMAL again, and the order holds: $wrong"

echo "-- control: a list that is too long"
echo 1 >$groups/web/cpu.real_policy || fail "cannot set the policy"
group_sound web
group_run web modprobe sched_miscount || fail "the test module does not load"
group_run web "$sched" hogs 2 1
rmmod sched_miscount
[ "$(group_stat web mismatches)" -gt 0 ] || fail "nobody noticed"
group_remove web
sched_unload
