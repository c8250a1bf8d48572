#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: from "crun run" and "docker run" to the program's first act, with a
# measures: vkernel and without, in guest instructions
# section: start
# smp: 1
# icount: 1
# timeout: 3600
# mem: 3G
# root: engines
# bring: contrib
# takes: PAIRS

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

# shellcheck disable=SC2086 # two words: fewer pairs, to try it
start_all ${PAIRS:-100 20}
echo "Guest instructions to the program's first act, $(uname -r); ratio in thousandths:"
start_table busy
echo "The same with what was waited for, at 1 ns each:"
start_table elapsed
