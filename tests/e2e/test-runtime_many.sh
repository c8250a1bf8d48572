#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: 16 containers with a vkernel at once, then 48 in a row, made and removed
# proves: by crun and the OCI hooks: each was judged, and nothing of them is left:
# proves: no vkernel, record, object of the kernel's or mapping (on the debug kernel
# proves: kmemleak says so)
# kernels: any
# smp: 2
# mem: 2G
# timeout: 600

exec "$(dirname "$0")/many.sh" 48 16
