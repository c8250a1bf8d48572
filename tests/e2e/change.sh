#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# change.sh ROUNDS RELOADS: tasks that fork, sleep, yield and change all that can be
# changed, while the policy changes so many times; and so many times the module goes
# and comes, and lists are made anew of whoever is there.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

rounds=${1:?how many rounds?} reloads=${2:?how many reloads?}

# move: one task of the inner group out and in. It may be gone by then.
move()
{
	local pid

	pid=$(tail -n 1 $groups/web/inner/cgroup.procs)
	{
		echo "$pid" >$groups/other/cgroup.procs
		echo "$pid" >$groups/web/inner/cgroup.procs
	} 2>/dev/null
}

# toggle ROUNDS: policies, guards, limits, and tasks from group to group.
toggle()
{
	local round

	for ((round = 0; round < $1; round++)); do
		echo $((round % 3)) >$groups/web/cpu.real_policy || fail "policy"
		echo $(((round / 2) % 3)) >$groups/web/inner/cpu.real_policy || fail "inner policy"
		echo $((1000 + round % 400 * 1000)) >$groups/web/cpu.fifo_guard_us
		if [ $((round % 7)) = 3 ]; then
			echo "20000 50000" >$groups/web/inner/cpu.max
		elif [ $((round % 7)) = 6 ]; then
			echo max >$groups/web/inner/cpu.max
		fi
		[ $((round % 3)) != 0 ] || move
	done
	echo max >$groups/web/inner/cpu.max
}

# load: in the inner group, and in one beside it, until they are killed.
load()
{
	group_run web/inner "$sched" churn $((250 + rounds + 5 * reloads)) &
	group_run web/aside "$sched" churn $((250 + rounds + 5 * reloads)) &
}

sched_load
group_make web 1
echo +cpu >$groups/web/cgroup.subtree_control || fail "cannot nest"
group_make web/inner
group_make web/aside
group_make other
equal "a new group is as its parent" "$(cat $groups/web/inner/cpu.real_policy)" 1
load
toggle "$rounds"
echo "$rounds rounds after $SECONDS s"
[ "$(group_throttled web/inner)" -gt 0 ] || fail "never throttled"
for name in web web/inner web/aside; do
	group_sound $name
done
echo 2 >$groups/web/inner/cpu.real_policy
echo 1 >$groups/web/cpu.real_policy
sleep 1
cat $groups/web/inner/cpu.real_policy.stat
[ "$(group_stat web/inner picks_fifo)" -gt 0 ] || fail "never FIFO"
[ "$(group_stat web/inner picks_adaptive)" -gt 0 ] || fail "never ADAPTIVE"

echo "-- groups that are gone"
group_make gone 1
group_run gone "$sched" hogs 2 1
group_remove gone

echo "-- CPUs that go and come"
for ((round = 0; round < 3; round++)); do
	echo 0 >/sys/devices/system/cpu/cpu1/online || fail "cannot take CPU 1 away"
	echo 1 >/sys/devices/system/cpu/cpu1/online || fail "cannot bring CPU 1 back"
done
group_sound web/inner

before=$(group_throttled web/inner)
echo "-- unloaded under load, and loaded again"
echo "20000 50000" >$groups/web/inner/cpu.max || fail "no limit"
for ((round = 0; round < reloads; round++)); do
	rmmod vkernel_sched || fail "cannot unload"
	[ ! -e $groups/web/cpu.real_policy ] || fail "a file is left"
	modprobe vkernel_sched || fail "cannot load"
	equal "policy" "$(cat $groups/web/inner/cpu.real_policy)" 0
	echo $((1 + round % 2)) >$groups/web/cpu.real_policy
	echo $((1 + round / 2 % 2)) >$groups/web/inner/cpu.real_policy
	sleep 0.2
	for name in web web/inner; do
		[ "$(group_stat $name mismatches)" = 0 ] || group_sound $name
	done
	picks=$(($(group_stat web picks_fifo) + $(group_stat web picks_adaptive)))
	[ "$picks" -gt 0 ] || fail "control: round $round: no list was asked"
done
echo "$reloads times, $SECONDS s"
[ "$(group_throttled web/inner)" -gt $((before + reloads)) ] || fail "control: not throttled meanwhile"
echo 1 >$groups/web/cgroup.kill
wait
group_remove web/inner
group_remove web/aside
group_remove web
group_remove other
sched_unload
