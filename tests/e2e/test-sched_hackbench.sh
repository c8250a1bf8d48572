#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hackbench in an ordinary container, its group FIFO, takes no more instructions
# proves: than as SCHED_BATCH, and far fewer switches than under NORMAL; ADAPTIVE takes no
# proves: more than the better of FIFO and NORMAL; the counts say that the policy was in force
# kernels: all-long
# not-debug: it has no BTF, by which the plugin finds its place
# smp: 1
# icount: 1

# shellcheck source=tests/e2e/hackbench.sh
. "$(dirname "$0")/hackbench.sh"

hack_variants="normal batch fifo adaptive"

# at_most WHAT THAN PER_CENT: of the least of its runs' instructions.
at_most()
{
	local got than

	got=$(hack_least alone "$1" 3) than=$(hack_least alone "$2" 3)
	echo "$1: $got us, $2: $than us"
	[ $((100 * got)) -le $(($3 * than)) ] || fail "$1 takes more than $3 % of $2"
}

RUNS=2
hack_compare $RUNS "10^6 instructions" alone
