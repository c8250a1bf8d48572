#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_torture, one instruction at a time, so that tasks lose the CPU in
# proves: the middle of the window, through two thousand installs (the control that
# proves: must fail without the check is hookcore_torture_control)
# kernels: all
# smp: 1
# append: preempt=full
# timeout: 7200
# long

exec bash "$(dirname "$0")/torture.sh" 2 step 2000
