#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as vkernel_namespaces, with all eight kinds
# kernels: all
# long
# timeout: 3000

exec "$(dirname "$0")/namespaces.sh" 8
