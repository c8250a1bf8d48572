#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: hackbench in a container under each policy, as SCHED_BATCH, and as SCHED_FIFO
# measures: with privileges, in guest instructions and context switches; beside a hog and
# measures: beside sleepers, how late these wake
# section: sched
# kernels: all
# smp: 1
# icount: 1
# timeout: 7200
# mem: 2G
# append: init_on_alloc=0
# takes: SIZES RUNS LOADS VARIANTS
#
# SIZES: GROUPS:LOOPS, words. The counts of picks prove that the policy was in force.
# init_on_alloc=0: to clear a page counts as 4,096 instructions under emulation, and who
# fills sockets takes more pages. See docs/cost.md.

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

# shellcheck disable=SC2086 # words
hack_compare "${RUNS:-5}" "10^6 instructions" ${LOADS:-alone sleepers hog mixed}
