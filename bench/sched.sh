#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: hackbench in a control group under NORMAL, FIFO and ADAPTIVE, and as
# measures: SCHED_BATCH and SCHED_FIFO, in guest instructions and context switches
# mem: 2G
# takes: BENCH_GROUPS LOOPS RUNS
#
# All variants alternate in each of RUNS rounds; medians, least and most. The
# counter of picks proves that the policy was in force.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

variants="normal batch rt fifo adaptive"
results=/tmp/results

# how VARIANT: the policy of the group, and what runs hackbench.
how()
{
	case $1 in
	normal) policy=0 with='' ;;
	batch) policy=0 with='chrt -b 0' ;;
	rt) policy=0 with='chrt -f 1' ;;
	fifo) policy=1 with='' ;;
	adaptive) policy=2 with='' ;;
	esac
}

switches()
{
	sed -n 's/^ctxt //p' /proc/stat
}

# run VARIANT: "VARIANT MICROSECONDS SWITCHES PICKS"
run()
{
	local before after picks output

	how "$1"
	echo "$policy" >$groups/web/cpu.real_policy
	picks=$(($(group_stat web picks_fifo) + $(group_stat web picks_adaptive)))
	before=$(switches)
	# shellcheck disable=SC2086 # words
	output=$(group_run web $with hackbench -g "${BENCH_GROUPS:-10}" -l "${LOOPS:-100}") ||
		fail "hackbench: $output"
	after=$(switches)
	picks=$(($(group_stat web picks_fifo) + $(group_stat web picks_adaptive) - picks))
	echo "$1 $(awk '/^Time:/ { printf "%d", $2 * 1000000 }' <<<"$output") $((after - before)) $picks"
}

table()
{
	local variant

	echo "hackbench -g ${BENCH_GROUPS:-10} -l ${LOOPS:-100}, one CPU, $(uname -r), medians of ${RUNS:-5}:"
	printf '%-10s %28s %30s %10s\n' variant "10^6 instructions (least-most)" "switches (least-most)" picks
	for variant in $variants; do
		awk -v name="$variant" '$1 == name { t[++n] = $2; s[n] = $3; p = $4 }
			function order(a, i, j, x) { for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++)
				if (a[j] < a[i]) { x = a[i]; a[i] = a[j]; a[j] = x } }
			END { order(t); order(s); m = int((n + 1) / 2)
				printf "%-10s %10.1f (%.1f-%.1f) %16d (%d-%d) %10d\n", name,
					t[m] / 1000, t[1] / 1000, t[n] / 1000, s[m], s[1], s[n], p }' "$results"
	done
}

sched_load
group_make web 1
group_run web true
: >$results
for ((round = 0; round < ${RUNS:-5}; round++)); do
	for variant in $variants; do
		run "$variant" >>$results
	done
done
table
group_sound web
group_remove web
sched_unload
