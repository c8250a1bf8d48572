#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the kernel balances a FIFO or an ADAPTIVE group between CPUs as a NORMAL one:
# proves: hogs of it that had to wait on one CPU spread as soon as they may, and stay
# proves: spread; those that may not do not
# kernels: all
# long

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# on_other: how many of the hogs are on CPU 1, running or waiting.
on_other()
{
	local pid stat count=0

	for pid in "${pids[@]}"; do
		read -ra stat <"/proc/$pid/stat"
		count=$((count + stat[38]))
	done
	echo $count
}

# are_on_other LEAST MOST
are_on_other()
{
	local count

	count=$(on_other)
	[ "$count" -ge "$1" ] && [ "$count" -le "$2" ]
}

# may_run CPUS: all of them, those that wait too.
may_run()
{
	local pid

	for pid in "${pids[@]}"; do
		taskset -pc "$1" "$pid" >/dev/null || fail "cannot set the CPUs of $pid"
	done
}

# look SECONDS: how many are on CPU 1 each fifth of a second, into $seen, and their sum
# into $sum. Their time is not asked for: the machine below may be busy.
look()
{
	local i count

	seen='' sum=0
	for ((i = 0; i < 5 * $1; i++)); do
		read -rt 0.2 <>/tmp/never
		count=$(on_other)
		seen+="$count " sum=$((sum + count))
	done
}

# hogs_there: the six; the one that has forked them sleeps.
hogs_there()
{
	mapfile -t pids < <(pgrep -P "$parent")
	[ ${#pids[@]} = 6 ]
}

# spreads POLICY
spreads()
{
	local parent pids seen sum

	echo "$1" >$groups/web/cpu.real_policy || fail "cannot set the policy"
	group_enter web "$sched" hogs 6 1000 &
	parent=$!
	wait_until 20 hogs_there || fail "no hogs"
	look 1
	[ "$sum" = 0 ] || fail "control: policy $1: they spread though they may not: $seen"
	may_run 0,1
	wait_until 30 are_on_other 2 4 || fail "policy $1: they do not spread: $(on_other)"
	look 4
	echo "policy $1: of 6 are on CPU 1: $seen"
	[ "$sum" -ge 30 ] && [ "$sum" -le 90 ] || fail "they do not stay spread"
	may_run 1
	wait_until 20 are_on_other 6 6 || fail "not on the other CPU: $(on_other)"
	echo 1 >$groups/web/cgroup.kill
	wait 2>/dev/null
}

mkfifo /tmp/never
sched_load
group_make web
for policy in 0 1 2; do
	spreads $policy
done
group_sound web
group_remove web
sched_unload
