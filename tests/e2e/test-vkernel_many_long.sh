#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as vkernel_many, with 4,096 vkernels
# kernels: all
# long
# mem: 3G
# timeout: 900

exec "$(dirname "$0")/crowd.sh" 4096
