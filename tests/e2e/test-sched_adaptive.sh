#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where loads are mixed, an ADAPTIVE group is better than a NORMAL and than a FIFO
# proves: one: requests that are served by turns, half of the time beside a hog of the
# proves: group, are done sooner on average; where very many run for a while before they
# proves: sleep, one that sleeps wakes as late as in a NORMAL group, and in a FIFO one
# proves: after all of them; when they have gone there is an order again
# kernels: all
# smp: 1
# icount: 1
# not-debug: its limits are for kernels as they are shipped
# long
# timeout: 2400

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

names=(NORMAL FIFO ADAPTIVE)

# served: how late requests are done on average, us; there is a hog for half of the time.
served()
{
	local mean rest

	group_run web "$sched" serve 8 1900 4 >/tmp/served &
	sleep 2
	group_run web "$sched" hogs 1 2
	wait
	read -r mean rest </tmp/served
	echo "$mean"
}

# nappers COUNT: they run for 1.5 ms each, and sleep for 20.
nappers()
{
	# shellcheck disable=SC2016 # the other shell's
	group_run web bash -c 'for ((i = 0; i < $1; i++)); do "$0" napper 1500 20000 1000 & done; wait' \
		"$sched" "$1" &
}

no_nappers()
{
	echo 1 >$groups/web/cgroup.kill
	wait 2>/dev/null
}

# crowd_late: how late one that sleeps wakes beside very many, 99 of 100 times, us.
crowd_late()
{
	local median p99 most

	nappers 100
	# An ADAPTIVE group has looked twice by then.
	sleep 3
	read -r median p99 most < <(group_run web "$sched" sleeper 5000 5)
	[ "$policy" != 2 ] || group_chooses web normal || fail "ADAPTIVE keeps a crowd in order"
	no_nappers
	echo "$p99"
}

# set_policy POLICY: and nothing of what was before counts.
set_policy()
{
	echo 0 >$groups/web/cpu.real_policy && group_normal web
	echo "$1" >$groups/web/cpu.real_policy || fail "cannot set the policy"
}

# measure WHAT ROUNDS: under each policy in turns, into /tmp/WHAT.POLICY.
measure()
{
	local round policy

	for ((round = 0; round < $2; round++)); do
		for policy in 0 1 2; do
			set_policy "$policy"
			"$1" >>/tmp/"$1"."$policy"
		done
	done
	for policy in 0 1 2; do
		echo "$1, ${names[policy]}: $(sort -n /tmp/"$1"."$policy" | paste -sd' ') us"
	done
	echo "switches: $(group_stat web adaptive_switches)"
}

# median WHAT POLICY: of the three rounds.
median()
{
	sort -n /tmp/"$1"."$2" | sed -n 2p
}

sched_load
group_make web
measure served 3
[ "$(group_stat web adaptive_switches)" -ge 6 ] || fail "it did not choose"
adaptive=$(median served 2)
for policy in 0 1; do
	other=$(median served "$policy")
	[ $((100 * adaptive)) -le $((99 * other)) ] ||
		fail "ADAPTIVE is no better: $adaptive us, ${names[policy]} $other"
	echo "ok: ADAPTIVE is better than ${names[policy]}: $adaptive us, $other"
done

measure crowd_late 3
normal=$(median crowd_late 0) fifo=$(median crowd_late 1) adaptive=$(median crowd_late 2)
[ "$adaptive" -le $((normal * 11 / 10 + 4000)) ] || fail "ADAPTIVE wakes late: $adaptive us, NORMAL $normal"
echo "ok: ADAPTIVE wakes as NORMAL: $adaptive us, $normal"
[ "$fifo" -gt $((2 * normal + 8000)) ] || fail "control: FIFO has no price: $fifo us, NORMAL $normal"
# The policy is ADAPTIVE still.
nappers 2
wait_until 20 group_chooses web fifo || fail "when the crowd is gone there is no order again"
no_nappers
group_sound web
group_remove web
sched_unload
