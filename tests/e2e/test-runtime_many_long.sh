#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same as runtime_many, with 1,000 containers in a row
# kernels: all
# long
# smp: 2
# mem: 2G
# append: slab_nomerge
# timeout: 3000
# log-allow: kmemleak: [0-9]+ new suspected memory leaks

exec "$(dirname "$0")/many.sh" 1000 64
