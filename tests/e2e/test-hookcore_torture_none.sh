#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_torture, on a kernel that never takes the CPU from a task in the
# proves: kernel (what Debian boots with is "voluntary")
# kernels: any
# smp: 2
# append: preempt=none
# timeout: 900
# long

exec bash "$(dirname "$0")/torture.sh" 3 beside 24
