#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at all tasks the guest of hookcore_deadline crashes, so
# proves: that test can fail
# timeout: 660
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_deadline unsafe_no_throttled --env DEADLINE_CYCLES=200
