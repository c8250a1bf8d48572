#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: towards others a FIFO group is a group like any: beside one of equal weight, of
# proves: a third of its weight, and under cpu.max, it gets what it got as a NORMAL one,
# proves: within 3 %; a hog of it takes no debt along when the group is NORMAL again
# kernels: all-long
# smp: 1
# icount: 1
# timeout: 600

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# per_mille SECONDS: what web gets beside other, of what both get.
per_mille()
{
	local web other

	group_run web "$sched" hogs 3 100 &
	group_run other "$sched" hogs 3 100 &
	sleep 0.5
	web=$(group_used web) other=$(group_used other)
	sleep "$1"
	web=$(($(group_used web) - web)) other=$(($(group_used other) - other))
	echo 1 >$groups/web/cgroup.kill
	echo 1 >$groups/other/cgroup.kill
	wait 2>/dev/null
	echo $((1000 * web / (web + other)))
}

# periods_done: how many of web's have ended.
periods_done()
{
	sed -n 's/^nr_periods //p' $groups/web/cpu.stat
}

# period_end NUMBER: wait until so many of web's have ended, of 100 ms each.
period_end()
{
	local left=$(($1 - $(periods_done) - 1))

	[ $left -lt 1 ] || sleep $((left / 10)).$((left % 10))
	while [ "$(periods_done)" -lt "$1" ]; do
		sleep 0.005
	done
}

# limited PERIODS: what web gets alone under its limit, us. From the end of one to
# the end of another, as a part of a period would count for all of its run time.
limited()
{
	local web from

	group_run web "$sched" hogs 3 100 &
	sleep 0.5
	from=$(($(periods_done) + 1))
	period_end $from
	web=$(group_used web)
	period_end $((from + $1))
	web=$(($(group_used web) - web))
	echo 1 >$groups/web/cgroup.kill
	wait 2>/dev/null
	echo "$web"
}

# To look, at the end of a period, is a part of it there.
percent=3
! is_debug || percent=15

# near WHAT GOT WANTED: within 3 %, or on the debug kernel 15.
near()
{
	local off=$(($2 - $3))

	echo "$1: $2, NORMAL $3"
	[ $((${off#-} * 100)) -le $(($3 * percent)) ] || fail "$1: more than $percent % off"
}

sched_load
group_make web
group_make other
for weight in 100 300; do
	group_normal web
	echo $weight >$groups/web/cpu.weight || fail "cannot set the weight"
	normal=$(per_mille 1)
	for policy in 1 2; do
		echo $policy >$groups/web/cpu.real_policy
		near "policy $policy: per mille, weight $weight beside 100" \
			"$(per_mille 1)" "$normal"
		group_sound web
	done
done
[ "$normal" -gt 600 ] || fail "control: the weight counts for nothing"

group_normal web
echo "30000 100000" >$groups/web/cpu.max || fail "no limit"
normal=$(limited 10)
for policy in 1 2; do
	echo $policy >$groups/web/cpu.real_policy
	near "policy $policy: us in 10 periods of 30 %" "$(limited 10)" "$normal"
	group_sound web
done
echo max >$groups/web/cpu.max

echo "-- a hog has no debt"
echo 1 >$groups/web/cpu.real_policy
group_run web "$sched" hogs 1 200 &
sleep 2
echo 0 >$groups/web/cpu.real_policy
got=$(group_run web "$sched" share 1)
echo "beside a hog of 2 s, NORMAL again: $got us of 1 s"
[ "$got" -gt 400000 ] && [ "$got" -lt 600000 ] || fail "not fair again"
echo 1 >$groups/web/cgroup.kill
wait
group_remove web
group_remove other
sched_unload
