#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkernel's KUnit suites pass in User-Mode Linux under KASAN, UBSAN and
# proves: lockdep: which vkernel a namespace, an id and an mm belong to
# timeout: 900

exec "$(dirname "$0")/../../kunit/run" 'vkernel_*'
