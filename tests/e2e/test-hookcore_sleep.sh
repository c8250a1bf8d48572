#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while tasks sleep inside handlers, removing their hooks waits, other
# proves: hooks of the same function come and go, and the sleepers return safely
# kernels: all
# append: slub_debug=FZ

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modprobe hookcore && modprobe hookcore_target || fail "modules do not load"
modprobe hookcore_sleep || { dmesg | grep hookcore; fail "see above"; }
echo "ok: all that hookcore_sleep expects"
[ ! -s /sys/kernel/debug/hookcore/hooks ] || fail "a hook is left"
rmmod hookcore_sleep hookcore_target hookcore || fail "cannot unload"
