#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a task that is exiting, on no list of tasks any more, and pre-empted in
# proves: the window is found on its run queue (the control that must fail
# proves: without that is hookcore_limbo_control)
# kernels: all
# smp: 1
# append: preempt=full
# timeout: 1200
# long

exec bash "$(dirname "$0")/limbo.sh"
