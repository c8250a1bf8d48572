#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_torture, thousands of installs, with four CPUs, a thread for each
# kernels: all
# smp: 4
# thread: multi
# append: preempt=full
# timeout: 3600
# long

exec bash "$(dirname "$0")/torture.sh" 150
