#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hackbench in an ordinary container, its group FIFO, takes at most 3 % more
# proves: instructions than as SCHED_BATCH, and fewer switches than it takes under
# proves: NORMAL; ADAPTIVE takes no more than the better of NORMAL and FIFO; the counts
# proves: say that the policy was in force
# kernels: all
# smp: 1
# icount: 1
# not-debug: its limits are for kernels as they are shipped
# append: init_on_alloc=0
# long
# timeout: 900

# init_on_alloc=0: to clear a page counts as 4,096 instructions under emulation, and
# who fills sockets takes more pages. See docs/cost.md.

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

# shellcheck disable=SC2034 # for hack_compare()
hack_variants="normal batch fifo adaptive"

# least VARIANT COLUMN
least()
{
	hack_least alone "$1" "$2"
}

# at_most VARIANT PER_CENT THAN: in guest instructions.
at_most()
{
	local got than

	got=$(least "$1" 3) than=$(least "$3" 3)
	[ $((100 * got)) -le $(($2 * than)) ] || fail "$1 takes $got us, $3 $than us"
	echo "ok: $1 takes $got us, $3 $than us"
}

# shellcheck disable=SC2034 # the same
SIZES=4:50
hack_compare 3 "10^6 instructions" alone
at_most fifo 103 batch
at_most adaptive 105 fifo
at_most adaptive 105 normal
[ "$(least fifo 4)" -lt "$(least normal 4)" ] || fail "FIFO does not save switches"
# ADAPTIVE is in order for parts of the time.
[ "$(least fifo 5)" -gt 500 ] && [ "$(least adaptive 5)" -gt 10 ] || fail "the list was not asked"
equal "picks by a list, NORMAL" "$(least normal 5)" 0
