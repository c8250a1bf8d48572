#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the account of deadline bandwidth the guest of
# proves: hookcore_limbo_deadline crashes, so that test can fail
# timeout: 1260
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_limbo_deadline unsafe_no_throttled
