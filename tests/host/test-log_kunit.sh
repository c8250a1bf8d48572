#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the log plugin's KUnit suite passes in User-Mode Linux under KASAN and
# proves: UBSAN: what a record looks like, and how much may be written
# timeout: 900

exec "$(dirname "$0")/../../kunit/run" 'log*'
