#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: all functions that can be hooked are hooked at once, in one transaction,
# proves: under load, and unhooked, several times, and it leaves no trace; CPUs
# proves: come and go meanwhile
# append: tsc=nowatchdog
# kernels: all
# long
# timeout: 3600

# shellcheck source=tests/e2e/sweep.sh
. "$(dirname "$0")/sweep.sh"

cycles=${SWEEP_CYCLES:-5}
cpu=/sys/devices/system/cpu/cpu1/online

modprobe hookcore && modprobe hookcore_sweep || fail "modules do not load"
# Who waits so long, uninterruptibly, is told of: an install takes longer.
echo 30 >/proc/sys/kernel/hung_task_timeout_secs
before=$(text)
sweep_start
for ((i = 1; i <= cycles; i++)); do
	echo "-- cycle $i"
	sweep_cycle 1 0 10 "$before"
	[ "$relayed" -gt 0 ] || fail "no handler that is reached by way of padding ran"
done

echo "-- a processor that goes and comes while all is hooked"
echo 1 >$sweep/hooks || fail "cannot hook"
for ((i = 0; i < 3; i++)); do
	echo 0 >$cpu && echo 1 >$cpu || fail "no hotplug"
done
sleep 5
echo 0 >$sweep/hooks || fail "cannot unhook"
sweep_stop
equal "kernel text" "$(text)" "$before"
rmmod hookcore_sweep hookcore || fail "cannot unload"
