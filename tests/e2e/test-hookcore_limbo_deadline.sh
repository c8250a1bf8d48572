#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: an exiting task of the deadline policy that has used up its budget in the
# proves: window, on no list of tasks and on no run queue, is not overlooked (the
# proves: control that must fail without is hookcore_limbo_deadline_control)
# kernels: all
# smp: 1
# append: preempt=full
# timeout: 1200
# long

exec bash "$(dirname "$0")/limbo.sh" deadline
