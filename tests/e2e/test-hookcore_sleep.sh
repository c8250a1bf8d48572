#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while tasks sleep inside handlers, removing their hooks waits, other
# proves: hooks of the same function come and go, and the sleepers return safely,
# proves: also from functions that a handler jumps to, and when they are exiting
# kernels: all-long
# append: slub_debug=FZ

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modprobe hookcore && modprobe hookcore_target || fail "modules do not load"
modprobe hookcore_sleep || { dmesg | grep hookcore; fail "see above"; }
echo "ok: all that hookcore_sleep expects"
[ ! -s /sys/kernel/debug/hookcore/hooks ] || fail "a hook is left"
rmmod hookcore_sleep || fail "cannot unload"

if lacks "process events" grep -qw proc_exit_connector /proc/kallsyms; then
	rmmod hookcore_target hookcore || fail "cannot unload"
	exit
fi
echo "-- exiting threads, on no list of tasks any more, asleep in a handler"
modprobe hookcore_limbo sleep_ms=1500 || fail "no limbo"
"$programs/limbo" &
sleep 1
kill %1
slept=$(cat /sys/module/hookcore_limbo/parameters/sleepers)
[ "$slept" -gt 0 ] || fail "nobody sleeps there"
# It warns if one of them is left.
rmmod hookcore_limbo || fail "cannot unload"
echo "ok: $slept threads have left"
rmmod hookcore_target hookcore || fail "cannot unload"
