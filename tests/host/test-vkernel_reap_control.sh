#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: when a dead vkernel is let go before all is done with it, vkernel_reap
# proves: crashes, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash vkernel_reap unsafe_unpin_early
