#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: from crun run and docker run to the program's first act it takes, in
# proves: guest instructions, little more with a vkernel than without, many times
# not-debug: its limits are for kernels as they are shipped
# long
# root: engines
# bring: contrib
# smp: 1
# mem: 3G
# icount: 1
# timeout: 3000

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

# The counts differ by a thousandth: time (bench start_wall) takes more pairs.
start_all 40 10 policy
start_table busy
start_check 0

engines_unload
