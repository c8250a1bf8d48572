#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at the stacks the guest of hookcore_torture_step crashes, in
# proves: that part of it which is by itself, so that test can fail
# timeout: 7260
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_torture_step unsafe_no_stack_check
