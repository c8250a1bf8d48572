#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where only one of several processors runs, and the kernel will put lock
# proves: prefixes back if another one comes, a window with one is not taken
# kernels: all
# long
# smp: 2
# append: maxcpus=1

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# check FUNCTION: what hookcore says of it.
check()
{
	exec 3<>/sys/kernel/debug/hookcore/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

modprobe hookcore && modprobe hookcore_target threads=0 || fail "modules do not load"
dmesg -C
modprobe hookcore_basic targets=target_add,target_locked 2>/dev/null && fail "hooked"
said | grep -q "cannot hook target_locked: alternative in the window" ||
	fail "no word of it: $(said)"
equal "could it be?" "$(check target_locked | sed 's/: target_locked.*//')" \
	"target_locked no: alternative in the window"
rmmod hookcore_target hookcore || fail "cannot unload"
