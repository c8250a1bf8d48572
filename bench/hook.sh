#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a call of one function, hooked or watched by ftrace, a kprobe, BPF,
# measures: in guest instructions
# section: hook
# kernels: all
# quick
# smp: 1
# icount: 1
# takes: RUNS
#
# All variants alternate in each round.

# shellcheck source=tests/e2e/cost.sh
. "$(dirname "$0")/cost.sh"

modprobe -a hookcore hookcore_cost || exit 1
cost_measure "$RUNS" || exit 1
cost_table "$RUNS"
cost_figures
rmmod hookcore_cost hookcore
