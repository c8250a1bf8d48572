#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: containers come and go, every parameter changes, plugins are loaded and unloaded,
# proves: at random: the kernel has nothing to complain of, nothing is left, nothing leaked
# proves: (said by kmemleak, on the debug kernel, where a leak on purpose is seen and
# proves: allocations of the containers fail); "make soak" does it for an hour
# kernels: all
# long
# mem: 2G
# timeout: 1200
# log-allow: kmemleak: [0-9]+ new suspected memory leaks
# log-allow: vmalloc error: size [0-9]+, vm_struct allocation failed

exec bash "$(dirname "$0")/soak.sh" "${SOAK_SECONDS:-300}" "${SOAK_SEED:-1}"
