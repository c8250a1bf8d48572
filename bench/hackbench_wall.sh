#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: the same as hackbench, in time
# section: sched_time
# alone
# smp: 1
# timeout: 3600
# mem: 2G
# append: init_on_alloc=0
# takes: SIZES RUNS LOADS VARIANTS

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

# shellcheck disable=SC2086 # words
hack_compare "${RUNS:-5}" "ms" ${LOADS:-alone}
