#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: tasks of a FIFO group pinned to one CPU and woken in a known order run in
# proves: that order, each until it sleeps; without the policy they do not
# kernels: all
# not-debug: it has no BTF, by which the plugin finds its place
# smp: 1
# icount: 1
# timeout: 300

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

wrong=$(group_run web "$sched" order 6 20 9000)
echo "NORMAL: $wrong of 20 rounds out of order"
[ "$wrong" -gt 10 ] || fail "control: the order holds without us"

echo 1 >$groups/web/cpu.real_policy || fail "cannot set the policy"
# Time that the virtual machine itself does not get is no hog.
echo 500000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
equal "rounds out of order, FIFO" "$(group_run web "$sched" order 6 40 9000)" 0
cat $groups/web/cpu.real_policy.stat
group_sound web
[ "$(group_stat web picks_fifo)" -gt 240 ] || fail "the list was not asked"
[ "$(group_stat web preemptions_skipped)" -gt 100 ] || fail "no wake-up was skipped"
echo 0 >$groups/web/cpu.real_policy || fail "cannot set the policy back"
wrong=$(group_run web "$sched" order 6 10 9000)
[ "$wrong" -gt 5 ] || fail "NORMAL again, and the order holds: $wrong"
group_remove web
sched_unload
