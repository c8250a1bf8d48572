#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the guard bounds the round, however many hogs there are: none waits longer
# proves: than the guard says, or a tick for each, though another one wakes all the time
# proves: and goes first, three times that beside one that always naps before a tick; one
# proves: that sleeps in the kernel with a lock that the host needs is soon awake, also where
# proves: the group is limited
# kernels: all
# long
# smp: 1
# icount: 1
# timeout: 600

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# round COUNT SECONDS: how long one of so many waits at most, ms.
round()
{
	echo $(($(group_run web "$sched" round "$1" "$2") / 1000))
}

# longest COUNT: of the mkdirs in a second beside so many hogs and a mover, ms.
longest()
{
	local end took longest=0

	mover
	group_run web "$sched" hogs "$1" 1000 &
	sleep 0.2
	end=$(($(milliseconds) + 1000))
	while [ "$(milliseconds)" -lt "$end" ]; do
		took=$(mkdir_time)
		longest=$((took > longest ? took : longest))
		sleep 0.05
	done
	echo 1 >$groups/web/cgroup.kill
	wait 2>/dev/null
	echo "$longest"
}

# unguarded: a mkdir beside a mover and a hog that begins while the lock is held,
# which is so every few times; ms.
unguarded()
{
	local try took

	mkfifo /tmp/go
	exec 8<>/tmp/go
	mover
	# shellcheck disable=SC2016 # the other shell's
	group_run web bash -c 'while read -r; do "$0" hogs 1 1; done <&8' "$sched" &
	for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
		sleep 0.0$try
		echo >&8
		sleep 0.02
		took=$(mkdir_time)
		[ "$took" -lt 500 ] || break
		sleep 1
	done
	echo 1 >$groups/web/cgroup.kill
	wait 2>/dev/null
	echo "$took"
}

# beside_yielder: what a hog gets of a second beside one that yields each ms, when the
# guard has sent both back before, us.
beside_yielder()
{
	group_run web "$sched" yielder 3 &
	group_run web "$sched" hogs 1 3 &
	sleep 1
	group_run web "$sched" share 1
	wait
}

# beside_sleeper: what a hog gets of a second beside another one, both sent back before,
# and one that wakes each 3 ms and goes before both, us.
beside_sleeper()
{
	group_run web "$sched" hogs 1 3 &
	group_run web "$sched" sleeper 3000 3 >/dev/null &
	sleep 1
	group_run web "$sched" share 1
	wait
}

sched_parameters=guard_max_us=60000000
sched_load
group_make web 1
mkdir $groups/web/a $groups/web/b
for want in "1 100" "20 100" "100 400"; do
	read -r count most <<<"$want"
	took=$(round "$count" $((1 + count / 40)))
	echo "$count hogs: one waits $took ms at most"
	[ "$took" -le $((most * 11 / 10)) ] || fail "a round of $count takes $took ms"
done

group_run web "$sched" napper 3800 100 10 &
sleep 0.2
took=$(round 20 3)
echo "20 hogs beside a napper: one waits $took ms at most"
[ "$took" -le $((3 * 21 * 4 + 30)) ] || fail "who naps before each tick starves hogs"
[ "$(jobs -r | wc -l)" = 1 ] || fail "the napper was not there"
wait

took=$(beside_yielder)
echo "one of two hogs beside one that yields has $took us of 1 s"
[ "$took" -gt 350000 ] || fail "who yields goes before those that do not"

for policy in 2 1; do
	echo $policy >$groups/web/cpu.real_policy
	picks=$(group_stat web picks_fifo)
	took=$(beside_sleeper)
	picks=$(($(group_stat web picks_fifo) - picks))
	echo "policy $policy: one of two hogs beside a sleeper has $took us of 1 s"
	[ "$took" -gt 350000 ] || fail "who is sent back behind another never comes"
done
# ADAPTIVE has left it to the kernel's rules.
[ "$picks" -gt 100 ] || fail "FIFO after ADAPTIVE is none: $picks picks by the list"

for limit in max "40000 100000"; do
	echo "$limit" >$groups/web/cpu.max
	took=$(longest 100)
	echo "100 hogs, cpu.max $limit: mkdir and rmdir took $took ms at most"
	[ "$took" -lt 1000 ] || fail "the host waited $took ms"
done
echo max >$groups/web/cpu.max
echo 6000000 >$groups/web/cpu.fifo_guard_us || fail "cannot turn the guard off"
took=$(unguarded)
echo "without the guard $took ms"
[ "$took" -ge 500 ] || fail "control: without the guard the host waits for nobody"
group_sound web
rmdir $groups/web/a $groups/web/b
group_remove web
sched_unload
