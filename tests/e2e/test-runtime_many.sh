#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: 16 containers with a vkernel at once, then 48 in a row, made and removed
# proves: by crun and the OCI hooks, with all plugins that a vkernel can have: each
# proves: was judged, and nothing of them is left: no vkernel, record, object of the
# proves: kernel's, page or mapping (on the debug kernel kmemleak says so)
# long
# smp: 2
# mem: 2G
# append: slab_nomerge
# timeout: 600
# log-allow: kmemleak: [0-9]+ new suspected memory leaks

# Sixteen: with 64 at once on the debug kernel, in an emulator, tasks wait longer for
# rtnl_mutex than the kernel takes for sound (seen: after 24 minutes not all were there).
exec "$(dirname "$0")/many.sh" 48 16
