#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a call of one function, hooked or watched by ftrace, a kprobe, BPF,
# measures: in guest instructions
#
# All variants alternate in each of nine rounds.

# shellcheck source=tests/e2e/cost.sh
. "$(dirname "$0")/cost.sh"

modprobe -a hookcore hookcore_cost || exit 1
cost_measure 9 || exit 1
cost_table 9
rmmod hookcore_cost hookcore
