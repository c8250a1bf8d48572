#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: hackbench in a container under each policy, as SCHED_BATCH, and as SCHED_FIFO
# measures: with privileges, in guest instructions and context switches; beside a hog and
# measures: beside sleepers, how late these wake
# mem: 2G
# takes: BENCH_GROUPS LOOPS RUNS LOADS
#
# The counts of picks prove that the policy was in force.

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

# shellcheck disable=SC2086 # words
hack_compare "${RUNS:-5}" "10^6 instructions" ${LOADS:-alone sleepers hog mixed}
