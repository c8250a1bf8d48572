#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at the run queues the guest of hookcore_limbo crashes,
# proves: so that test can fail
# timeout: 1260
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_limbo unsafe_no_run_queues
