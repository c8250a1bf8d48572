#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_torture, thousands of installs, with four CPUs that really run
# proves: at the same time, but nobody else who writes text: with a thread for
# proves: each CPU, QEMU 7.2 can run text that text_poke_bp() has replaced since
# kernels: all
# smp: 4
# thread: multi
# append: preempt=full
# timeout: 3600
# long

exec bash "$(dirname "$0")/torture.sh" 150 alone 3000
