#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of syscall_example: the example, beside a container.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

pid_in_web()
{
	container_exec web /bin/call x64 39
}

load_all || fail "modules do not load"
refused "Invalid argument" modprobe getpid
# What modprobe takes ENOENT for.
refused "Unknown symbol" modprobe getpid vkernel=web
container_bundle web /bin/again /tmp/again
container_create web
vkernel_make web && vkernel_arm web web && container_start web || fail "no vkernel"
[ "$(pid_in_web)" -lt 1000 ] || fail "control: a pid of more than 1000"
modprobe getpid vkernel=web add=1000 || fail "the example does not load"
[ "$(pid_in_web)" -ge 1000 ] || fail "not its own"
echo 5000 >/sys/module/getpid/parameters/add
[ "$(pid_in_web)" -ge 5000 ] || fail "not changed"
rmmod getpid || fail "cannot unload the example"
[ "$(pid_in_web)" -lt 1000 ] || fail "not the kernel's"
container_end web
unload_all || fail "cannot unload"
