#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of cli_module: what "vkctl module new mine" has written, beside a
# container.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

calls=/sys/module/mine/parameters/calls

load_all || fail "modules do not load"
refused "Invalid argument" modprobe mine
container_bundle web /bin/again /tmp/again
container_create web
vkernel_make web && vkernel_arm web web && container_start web || fail "no vkernel"
modprobe mine vkernel=web || fail "it does not load"
"$programs/call" x64 39 >/dev/null
equal "calls of the host" "$(cat $calls)" 0
pid=$(container_exec web /bin/call x64 39)
[ "$pid" -gt 0 ] || fail "no pid: $pid"
equal "calls of the container" "$(cat $calls)" 1
rmmod mine || fail "cannot unload it"
container_end web
unload_all || fail "cannot unload"
