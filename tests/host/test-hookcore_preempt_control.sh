#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at the stacks the guest of hookcore_preempt crashes,
# proves: so that test can fail
# long
# not-debug: one instruction at a time, it does not get to the end of this

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_preempt unsafe_no_stack_check
