#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkernels are made, given plugins and rules, armed with namespaces that die,
# proves: read, detached and removed by eight processes at once, while a plugin comes
# proves: and goes: the kernel has no complaint, and all can be removed
# kernels: all
# long
# smp: 4
# timeout: 600
# append: preempt=full slub_debug=FZPU

exec "$(dirname "$0")/race.sh" 60
