#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what is denied is counted by call, remembered with who and what, traced,
# proves: and logged, at a rate that is the vkernel's own
# kernels: all-long

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
	"$(cut -d ' ' -f 3-5,12- $vk/denials | cut -f 1 | tr '\n' ';')" \
	"x64 140 kill_process threads;x64 8 log call;ia32 64 errno:0 call;x64\
 110 EPERM call;x64 110 EPERM call;"
equal "with its arguments" "$(tail -n 1 $vk/denials | cut -d ' ' -f 6-11)" \
	"1 22 3 0 0 0"
equal "traced" "$(grep -c ': deny: vkernel=web ' /sys/kernel/tracing/trace)" 5
grep 'call=x64:110 verdict=EPERM args=1,22,3,0,0,0' /sys/kernel/tracing/trace ||
	fail "not traced in full"

equal "with the rule" "$(head -n 1 $vk/denials | cut -f 2-)" $'\tx64 140 kill_process'
grep 'verdict=EPERM args=1,22,3,0,0,0 rule=x64 110 EPERM' /sys/kernel/tracing/trace ||
	fail "traced without the rule"

echo "-- the kernel log"
equal "not a mere errno" "$(lines web)" 2
dmesg | grep 'vkernel_syscall: web: threads\[[0-9]*\]: x64 140 kill_process (x64 140 kill_process)' ||
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

echo "-- which of several rules"
last() { head -n 1 $vk/denials | cut -f 3; }
vkctl_last() { /vk/vkctl log --denials web | head -n 1 | sed 's/.*) EPERM //'; }
for rule in "x64 8 EPERM a1==1" "x64 8 EPERM a1==2" "x64 8 EPERM" "ia32 359 EPERM" \
	"x64 42 EPERM"; do
	echo "$rule" >$vk/rules_add || fail "no rule: $rule"
done
echo "x32 EPERM" >$vk/default 2>/dev/null
echo "ia32 EACCES" >$vk/default
echo 1 >$vk/commit
container_exec web /bin/call x64 8 99 1 >/dev/null
equal "the first" "$(last)" "x64 8 EPERM a1==0x1"
equal "by vkctl" "$(vkctl_last)" "(x64 8 EPERM a1==0x1)"
/vk/vkctl log --json web | grep -F '"rule":' | head -n 1 | grep -F 'x64 8 EPERM a1==0x1' ||
	fail "not in JSON"
container_exec web /bin/call x64 8 99 2 >/dev/null
equal "the second" "$(last)" "x64 8 EPERM a1==0x2"
container_exec web /bin/call x64 8 99 3 >/dev/null
equal "the one without conditions" "$(last)" "x64 8 EPERM"
container_exec web /bin/call int80 20 >/dev/null
equal "the default" "$(last)" "default EACCES"
echo "ia32 allow" >$vk/default
echo 1 >$vk/commit
container_exec web /bin/call int80 102 1 8 >/dev/null
equal "socketcall" "$(last)" "# for ia32 359"
container_exec web /bin/call x64 425 0 0 >/dev/null
equal "io_uring" "$(last)" "# io_uring could do x64 42"

echo "-- what was allowed, while somebody looks"
allowed=/sys/kernel/debug/vkernel_syscall/web/allowed
container_exec web /bin/call x64 104 >/dev/null
# The first program goes on, also while this looks.
equal "nothing before" "$(grep "^x64 104 " $allowed)" ""
exec 5<$allowed
for _ in 1 2 3; do container_exec web /bin/call x64 104 >/dev/null; done
container_exec web /bin/call int80 47 >/dev/null
container_exec web /bin/call x64 8 99 1 >/dev/null
seen=$(cat $allowed)
exec 5<&-
equal "each call" "$(grep -E '^(x64 (8|104)|ia32 47) ' <<<"$seen" | tr '\n' ';')" \
	"x64 104 3;ia32 47 1;"
container_exec web /bin/call x64 104 >/dev/null
equal "nothing behind" "$(grep '^x64 104 ' $allowed)" "x64 104 3"

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
