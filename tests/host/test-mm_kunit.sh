#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the memory plugin's KUnit suite passes in User-Mode Linux under KASAN and
# proves: UBSAN: what limits come to, which huge pages there may be
# timeout: 900

exec "$(dirname "$0")/../../kunit/run" 'mm_*'
