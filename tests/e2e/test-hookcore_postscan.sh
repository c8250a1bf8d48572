#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where RCU has left a mark of its own among the exiting tasks, which is none
# proves: of them, hooks come and go all the same (the control that must crash without
# proves: the look is hookcore_postscan_control)
# kernels: all
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
if ! modprobe hookcore_postscan 2>/tmp/why; then
	grep -q "Operation not supported" /tmp/why || fail "$(cat /tmp/why)"
	echo "skipped: this kernel keeps no such list"
	exit
fi
for ((i = 0; i < 5; i++)); do
	modprobe hookcore_basic targets=setup_new_exec,vfs_read || fail "cannot hook"
	/bin/busybox true
	rmmod hookcore_basic || fail "cannot unload"
done
rmmod hookcore_postscan hookcore || fail "cannot unload"
