#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while functions are hooked, no page of the kernel is writable and
# proves: executable at once (the control that must fail is hookcore_wx_control), and
# proves: none is left by which text was written
# kernels: all-long
# not-debug: it has no look at page tables

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

passed()
{
	dmesg | grep -c "Checked W+X mappings: passed"
}

modprobe hookcore || fail "hookcore does not load"
modprobe hookcore_basic targets=vfs_read,vfs_write,setup_new_exec || fail "cannot hook"
before=$(passed)
# shellcheck disable=SC2086 # words of parameters
modprobe hookcore_wx ${HOOKCORE_WX_PARAMETERS:-} || fail "cannot ask"
equal "answers" "$(passed)" $((before + 1))
# By which it was written.
grep text_map /proc/vmallocinfo && fail "a writable alias of text is left"
rmmod hookcore_wx hookcore_basic hookcore || fail "cannot unload"
