#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: an install, a removal, and a look at who has not left what was removed stop
# proves: the machine for at most a million instructions beside 10,000 sleeping tasks,
# proves: and no longer than beside 100, for 1 and for 1,000 hooks; all are counted;
# proves: for at most a million also while there is a deadline task
# kernels: all-long
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# mem: 2G
# icount: 1
# timeout: 600

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/stop.sh
. "$(dirname "$0")/stop.sh"

limit=1000000

# microseconds NANOSECONDS: in words, one nanosecond being one instruction.
microseconds()
{
	echo "$(($1 / 1000)).$(($1 % 1000 / 100)) us ($1 instructions)"
}

# measure HOOKS ROUNDS TASKS KIND: sets $install, $remove and $look, and the least.
measure()
{
	read -r install remove look least least_remove least_look < <(stop_measure "$1" "$2") ||
		fail "nothing measured"
	echo "$1 hooks, $3 tasks $4: install $(microseconds "$install")," \
		"remove $(microseconds "$remove"), look $(microseconds "$look")"
}

# no_more THIS THAN: by more than a tenth and what an interrupt costs.
no_more()
{
	[ "$1" -le $(($2 * 11 / 10 + 2000)) ]
}

within_limit()
{
	[ "$install" -le $limit ] && [ "$remove" -le $limit ] && [ "$look" -le $limit ] ||
		fail "more than $limit"
}

beside_few()
{
	measure 1 3 100 asleep
	few=$install few_remove=$remove few_look=$look
	measure 1000 1 100 asleep
	few_thousand=$install few_thousand_remove=$remove few_thousand_look=$look
}

beside_many()
{
	measure 1 3 10000 asleep
	within_limit
	# The least: any one may meet a task that happens to want to run.
	no_more "$least" "$few" && no_more "$least_remove" "$few_remove" &&
		no_more "$least_look" "$few_look" ||
		fail "the stop grows with the number of sleepers"
	measure 1000 1 10000 asleep
	within_limit
	no_more "$least" "$few_thousand" && no_more "$least_remove" "$few_thousand_remove" &&
		no_more "$least_look" "$few_thousand_look" ||
		fail "the stop for 1,000 hooks grows with the number of sleepers"
}

# All tasks are asked in the stop then whether they want to run, and no more.
beside_deadline()
{
	local sleeper

	sleep 10000 &
	sleeper=$!
	chrt --deadline --sched-runtime 500000 --sched-deadline 2000000 \
		--sched-period 2000000 --pid 0 $sleeper || fail "no deadline task"
	measure 1 1 10000 "asleep, and one of the deadline policy"
	within_limit
	no_more "$least" "$few" && fail "control: nothing is asked"
	kill $sleeper
}

# What is looked at in the stop does show: so would sleepers.
beside_busy()
{
	measure 1 1 100 busy
	no_more "$install" "$few" && fail "a hundred runnable tasks cost nothing"
	return 0
}

# count LINE: of what hookcore says of its stops.
count()
{
	sed -n "s/^$1 //p" /sys/kernel/debug/hookcore/stops
}

stop_begin || fail "modules do not load"
equal "before" "$(count number) $(count looks) $(count longest_look_ns)" "0 0 0"
stop_beside 100 asleep beside_few || fail "no sleepers"
stop_beside 10000 asleep beside_many || fail "no sleepers"
stop_beside 10000 asleep beside_deadline || fail "no sleepers"
stop_beside 100 busy beside_busy || fail "no busy tasks"
[ "$(count looks)" -ge 9 ] && [ "$(count longest_look_ns)" -gt 0 ] &&
	[ "$(count last_look_ns)" -gt 0 ] || fail "looks are not counted: $(count looks)"
stop_end || fail "cannot unload"
