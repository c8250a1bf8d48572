#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the KUnit suite of scheduler parameters passes in User-Mode Linux under
# proves: KASAN and UBSAN: what values may be, and what slices come of them
# timeout: 900

exec "$(dirname "$0")/../../kunit/run" 'sched_*'
