#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the syscall plugin's KUnit suite passes in User-Mode Linux under KASAN
# proves: and UBSAN: what a line of rules_add means, and what a table decides
# timeout: 900

exec "$(dirname "$0")/../../kunit/run" 'syscall_*'
