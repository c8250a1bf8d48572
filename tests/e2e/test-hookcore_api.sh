#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: every promise of hookcore.h: order by priority, removal in any order,
# proves: all or none, and an error code with a reason for every bad argument
# kernels: all

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modprobe hookcore && modprobe hookcore_target || fail "modules do not load"
modprobe hookcore_api || { dmesg | grep hookcore_api:; fail "see above"; }
echo "ok: all that hookcore_api expects"
[ ! -s /sys/kernel/debug/hookcore/hooks ] || fail "a hook is left"
rmmod hookcore_api hookcore_target hookcore || fail "cannot unload"
