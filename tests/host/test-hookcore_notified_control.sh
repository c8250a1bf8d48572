#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where the trace event of chains of notifiers does not rest the guest of
# proves: hookcore_notified crashes, so that test can fail
# long
# timeout: 660

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

# The stock kernel has no such event.
KERNEL=${KERNEL:-6.12} must_crash hookcore_notified unsafe_traced
