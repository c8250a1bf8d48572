#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where the trace event of chains of notifiers does not rest the guest of
# proves: hookcore_notified stands still, or crashes, so that test can fail
# long
# timeout: 400

# The stock kernel has no such event.
KERNEL=6.12

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

# A trap in the handling of the trap, without end; with the guard it takes a minute.
said=$(unguarded hookcore_notified hookcore unsafe_traced --timeout 300 2>&1) || {
	echo "$said"
	exit 1
}
grep -E "no end after 300 s|crash" <<<"$said" || {
	echo "FAIL: hookcore_notified failed otherwise: $said"
	exit 1
}
echo "ok: it stands still, or has crashed, as it must"
