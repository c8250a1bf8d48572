#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as syscall_cycles, 200 times
# kernels: all
# long
# smp: 4
# timeout: 1800

exec "$(dirname "$0")/cycles.sh" 200
