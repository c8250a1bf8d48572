#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as vkernel_race, for five minutes
# kernels: all
# long
# smp: 4
# timeout: 1200
# append: preempt=full slub_debug=FZPU

exec "$(dirname "$0")/race.sh" 300
