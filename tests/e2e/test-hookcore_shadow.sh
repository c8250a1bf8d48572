#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a live patch that bypasses a hook is seen: the hook is shown as shadowed,
# proves: its owner is told, and it works again when the patch goes; a function
# proves: that is patched already is refused
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore
sum=/sys/module/hookcore_target/parameters/sum
notified=/sys/module/hookcore_basic/parameters/notified
enabled=/sys/kernel/livepatch/hookcore_livepatch/enabled
tracing=/sys/kernel/tracing

state()
{
	sed -n 's/^target_add .* state=\([a-z]*\) .*/\1/p' $debug/hooks
}

calls()
{
	sed -n 's/^target_add //p' /sys/kernel/debug/hookcore_basic/calls
}

# until_is WHAT COMMAND...: within ten seconds
until_is()
{
	local what=$1 i
	shift

	for ((i = 0; i < 100; i++)); do
		[ "$("$@")" != "$what" ] || return 0
		sleep 0.1
	done
	fail "$*: $("$@"), want $what"
}

unpatch()
{
	echo 0 >$enabled || fail "cannot switch the patch off"
	until_is "" ls /sys/kernel/livepatch
	rmmod hookcore_livepatch || fail "cannot unload the patch"
}

modprobe hookcore || fail "cannot load"
# No threads: livepatch waits for each task, and these never rest.
modprobe hookcore_target threads=0 || fail "cannot load the target"
echo 1 >$tracing/events/hookcore/enable
modprobe hookcore_basic targets=target_add || fail "cannot hook"
equal "sum" "$(cat $sum)" 3
equal "calls" "$(calls)" 1

echo "-- a live patch comes"
insmod /vk/modules/hookcore_livepatch.ko extra=1000 || fail "cannot patch"
# Nobody reads the state here: hookcore looks by itself.
until_is 1 cat $notified
equal "state" "$(state)" shadowed
equal "sum of the patched function" "$(cat $sum)" 1003
equal "calls, bypassed" "$(calls)" 1
grep -q "hookcore_shadow: target=target_add.* owner=hookcore_basic shadowed=1" $tracing/trace ||
	fail "no trace event"
dmesg | grep -q "target_add .*is redirected by ftrace" || fail "no line in the log"

echo "-- hooks come and go meanwhile"
modprobe hookcore_torture targets=target_add cycles=3 || fail "torture"
rmmod hookcore_torture
equal "state" "$(state)" shadowed

echo "-- and goes"
unpatch
until_is 2 cat $notified
equal "state" "$(state)" installed
equal "sum" "$(cat $sum)" 3
equal "calls" "$(calls)" 2

echo "-- a function that is patched already"
rmmod hookcore_basic || fail "cannot unhook"
insmod /vk/modules/hookcore_livepatch.ko extra=1000 || fail "cannot patch"
! modprobe hookcore_basic targets=target_add 2>/dev/null || fail "hooked though patched"
dmesg | grep -q "cannot hook target_add: already redirected at its entry" ||
	fail "no reason given"
{ echo target_add >&3; cat <&3; } 3<>$debug/check | grep -q "no: already redirected" ||
	fail "check does not say so"
equal "sum of the patched function" "$(cat $sum)" 1003
unpatch

echo "-- kprobes with a post handler carry the same flag, and are no obstacle"
rmmod hookcore_target
modprobe hookcore_target threads=0 probe=1 || fail "cannot probe"
grep -q '^target_add .* I ' $tracing/enabled_functions ||
	fail "the kprobe does not carry the flag: this proves nothing"
modprobe hookcore_basic targets=target_add || fail "a kprobe is in the way"
equal "sum" "$(cat $sum)" 3
equal "calls" "$(calls)" 1
equal "state" "$(state)" installed
echo 0 >$tracing/events/hookcore/enable
rmmod hookcore_basic hookcore_target hookcore || fail "cannot unload"
