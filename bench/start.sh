#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: from "crun run", "runc run" and "docker run" to the program's first act,
# measures: with a vkernel, without, without a filter, and under gVisor, in guest instructions
# section: start
# kernels: all
# smp: 1
# icount: 1
# timeout: 7200
# mem: 3G
# root: peers
# bring: contrib
# takes: PAIRS

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

# shellcheck disable=SC2086 # two words: fewer pairs, to try it
start_compare ${PAIRS:-40 10}
echo "Guest instructions to the program's first act, $(uname -r); ratio in thousandths:"
start_table busy
echo "The same with what was waited for, at 1 ns each:"
start_table elapsed
start_figures start busy instructions
[ "$(start_ratio crun busy)" -ge 1010 ] || fail "crun run: where is the vkernel?"
control start "the vkernel shows: more than a hundredth in crun's figures"
engines_unload
