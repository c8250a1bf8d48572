#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore_torture, thousands of installs, with four CPUs
# kernels: all
# smp: 4
# append: preempt=full
# timeout: 3600
# long

exec bash "$(dirname "$0")/torture.sh" 100 beside 2000
