#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without a look at where the unwinder ended hookcore_halfway fails, so it
# proves: can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

# Later kernels say that they do not know.
KERNEL=stock must_fail hookcore_halfway unsafe_early_end "who is inside was not waited for"
