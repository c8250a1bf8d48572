#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as vkernel_fuzz, for ten minutes
# kernels: all
# long
# timeout: 1800

exec "$(dirname "$0")/fuzz.sh" 600
