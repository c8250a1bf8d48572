#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: 32 containers with a vkernel at once, then 48 in a row, made and removed
# proves: by crun and the OCI hooks: each was judged, and nothing of them is left:
# proves: no vkernel, record, object of the kernel's or mapping (on the debug kernel
# proves: 16 and 48, and kmemleak)
# kernels: any
# smp: 2
# mem: 2G
# timeout: 600

case $(uname -r) in
*-vkdebug-*) set -- 48 16 ;;
*) set -- 48 32 ;;
esac
exec "$(dirname "$0")/many.sh" "$@"
