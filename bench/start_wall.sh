#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: from "crun run", "runc run" and "docker run" to the program's first act,
# measures: with a vkernel, without, without a filter, and under gVisor, in time
# section: start_time
# alone
# smp: 1
# timeout: 7200
# mem: 3G
# root: peers
# bring: contrib
# takes: PAIRS

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

# shellcheck disable=SC2086 # two words: fewer pairs, to try it
start_compare ${PAIRS:-100 20}
echo "Nanoseconds to the program's first act, emulated, $(uname -r); ratio in thousandths:"
start_table elapsed
start_figures start_time elapsed "ns, emulated"
engines_unload
