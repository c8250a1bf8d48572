#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: who moves himself into a FIFO group, with a lock that all wait for, does not wait
# proves: there for hogs, whatever the guard; nor does it harm to move into one below it
# proves: that is throttled just then
# kernels: all
# long
# icount: 1
# smp: 1
# append: preempt=full
# timeout: 900

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# join GROUP: how long two that come and go had to wait for that at most, ms.
join()
{
	echo $(($(group_run other "$sched" joiners 2 3 $groups/"$1"/cgroup.procs \
		$groups/other/cgroup.procs) / 1000))
}

sched_load
group_make other

# A round of the hogs takes 400 ms.
group_make web 1
echo 1000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
group_run web "$sched" hogs 100 1000 &
sleep 5
waited=$(join web) || fail "cannot join"
echo "beside 100 hogs: $waited ms"
[ "$waited" -lt 150 ] || fail "who joins waits for hogs"
group_sound web
group_remove web

# The group's own entity leaves its parent's list when it is throttled.
group_make web 1
echo 1000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
echo +cpu >$groups/web/cgroup.subtree_control || fail "no groups below"
for name in a b c; do
	group_make web/$name
done
group_run web/a "$sched" hogs 1 1000 &
group_run web/b "$sched" hogs 1 1000 &
echo "1000 5000" >$groups/web/c/cpu.max || fail "no limit"
waited=$(join web/c) || fail "cannot join"
throttled=$(group_throttled web/c)
echo "into a group that was throttled $throttled times: $waited ms"
[ "$throttled" -gt 10 ] || fail "it was not: this proves nothing"
for name in a b c; do
	group_sound web/$name
	group_remove web/$name
done
group_sound web
group_remove web
group_remove other
sched_unload
