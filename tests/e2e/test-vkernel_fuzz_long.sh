#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as vkernel_fuzz, for five minutes each
# kernels: all
# long
# smp: 2
# timeout: 2400

exec "$(dirname "$0")/fuzz.sh" 300
