#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what is denied is counted by call, remembered with who and what, traced,
# proves: and logged, at a rate that is the vkernel's own

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web/syscall
events=/sys/kernel/tracing/events/vkernel_syscall

lines()
{
	dmesg | grep -c "vkernel_syscall: $1: "
}

container_bundle web /bin/again /tmp/again
container_create web
vkernel_make web "x64 110 EPERM" "x64 8 log" "x64 140 kill_process" \
	"ia32 64 errno:0"
vkernel_arm web web && container_start web || fail "cannot start"
dmesg --clear
echo 1 >$events/deny/enable || fail "no trace event"

equal "none so far" "$(cat $vk/denied $vk/counts $vk/denials)" 0
container_exec web /bin/call x64 110 1 0x22 3 >/dev/null
container_exec web /bin/call x64 110 >/dev/null
container_exec web /bin/call int80 64 >/dev/null
container_exec web /bin/call x64 8 99 >/dev/null
container_exec web /bin/threads thread 140 >/dev/null
equal "counted" "$(cat $vk/denied)" 4
equal "by call" "$(tr '\n' ';' <$vk/counts)" "x64 110 2;x64 140 1;ia32 64 1;"
equal "remembered, the newest first" \
	"$(cut -d ' ' -f 3-5,12- $vk/denials | tr '\n' ';')" \
	"x64 140 kill_process threads;x64 8 log call;ia32 64 errno:0 call;x64\
 110 EPERM call;x64 110 EPERM call;"
equal "with its arguments" "$(tail -n 1 $vk/denials | cut -d ' ' -f 6-11)" \
	"1 22 3 0 0 0"
equal "traced" "$(grep -c ': deny: vkernel=web ' /sys/kernel/tracing/trace)" 5
grep 'call=x64:110 verdict=EPERM args=1,22,3,0,0,0' /sys/kernel/tracing/trace ||
	fail "not traced in full"

echo "-- the kernel log"
equal "not a mere errno" "$(lines web)" 2
dmesg | grep 'vkernel_syscall: web: threads\[[0-9]*\]: x64 140 kill_process' ||
	fail "not logged"
echo 1 >/sys/module/vkernel_syscall/parameters/log_errno
container_exec web /bin/call x64 110 >/dev/null
equal "unless it is asked for" "$(lines web)" 3
container_exec web /bin/sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	call x64 110; call x64 110; call x64 110; done' >/dev/null
[ "$(lines web)" -lt 40 ] || fail "no limit: $(lines web) lines"
# The shell has asked for its parent, too.
equal "all are counted" "$(sed -n 's/x64 110 //p' $vk/counts)" 52
equal "and the last remembered" "$(grep -c 'x64 110 EPERM' $vk/denials)" 32

echo "-- another vkernel's lines are its own"
container_bundle other /bin/call x64 141
container_create other
vkernel_make other "x64 141 EACCES"
vkernel_arm other other && container_start other && container_wait other
equal "logged, though the first one has used up its share" "$(lines other)" 1

container_remove web
container_remove other
wait_until 10 vkernel_is web dead && wait_until 10 vkernel_is other dead ||
	fail "not dead"
vkernel_remove web && vkernel_remove other || fail "cannot remove"
unload_all || fail "cannot unload"
