#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a page that is writable and executable makes hookcore_wx fail, so that
# proves: test can fail
# not-debug: it has no look at page tables

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

unguarded hookcore_wx hookcore_wx break
grep "Found insecure W+X mapping" "$logs/console.log" || {
	echo "FAIL: the kernel did not find the page"
	exit 1
}
