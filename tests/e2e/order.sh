#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# order.sh ROUNDS: tasks of a FIFO group, pinned to one CPU and woken in a known order,
# so many times in each way.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

rounds=${1:?how many rounds?}

# runs_of PID: how often it was given the processor.
runs_of()
{
	cut -d' ' -f3 "/proc/$1/schedstat"
}

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
# Of those that run for less than a tick. On the debug kernel a fork takes longer.
ways="change yield fork"
! is_debug || ways="change yield"
for way in $ways; do
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
equal "of $rounds, in the order of fork" "$(group_run web "$sched" order 6 "$rounds" 300 fork)" 0
equal "of $rounds, each yields once" "$(group_run web "$sched" order 6 "$rounds" 300 yield)" 0
group_make other
group_run other "$sched" churn 300 &
equal "of $rounds, NORMAL and FIFO before each" \
	"$(group_run web "$sched" order 6 "$rounds" 300 toggle $groups/web/cpu.real_policy)" 0
echo 1 >$groups/other/cgroup.kill
wait 2>/dev/null
group_run other "$sched" hogs 1 300 &
before=$(group_used other)
equal "of 20, beside a hog of another group" "$(group_run web "$sched" order 6 20 9000)" 0
# Each runs for more than a tick: the hog must have come in between.
[ $(($(group_used other) - before)) -gt 500000 ] || fail "control: nobody was pre-empted"
echo 1 >$groups/other/cgroup.kill
wait 2>/dev/null
group_remove other
chrt -f 1 "$sched" napper 2000 1000 300 &
before=$(runs_of $!)
equal "of 20, beside a real-time task" "$(group_run web "$sched" order 6 20 9000)" 0
[ $(($(runs_of $!) - before)) -gt 100 ] || fail "control: nobody was pre-empted by it"
kill $!
wait 2>/dev/null
mkdir $groups/web/a $groups/web/b || fail "no group for others"
echo +cpu >$groups/web/cgroup.subtree_control || fail "cannot nest"
group_run web/a "$sched" churn 300 &
for limited in web web/b; do
	echo max >$groups/web/cpu.max
	echo "5000 20000" >$groups/$limited/cpu.max || fail "no limit"
	equal "of $rounds, nested, beside others, $limited under cpu.max" \
		"$(group_run web/b "$sched" order 6 "$rounds" 300 change)" 0
	[ "$(group_throttled $limited)" -gt 10 ] ||
		fail "control: $limited was not throttled"
	group_sound web/b
done
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
