#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a hook that follows its target's module waits for it, is there before its
# proves: first instruction, and is forgotten when it goes; any other hook keeps the
# proves: module; both under load, in any order of unloading
# kernels: all-long
# smp: 4
# kaslr

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore
sum=/sys/module/hookcore_target/parameters/sum
notified=/sys/module/hookcore_basic/parameters/notified
failing=/sys/module/hookcore_target/parameters/fail
hook=hookcore_target:target_add,hookcore_target:target_spin

states()
{
	sed -n 's/.* state=\([a-z]*\).*/\1/p' $debug/hooks | sort | paste -sd' '
}

calls()
{
	sed -n "s/^hookcore_target:$1 //p" /sys/kernel/debug/hookcore_basic/calls
}

# check FUNCTION: what hookcore says of it.
check()
{
	exec 3<>$debug/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

modprobe hookcore || fail "cannot load"

echo "-- without HOOKCORE_FOLLOW the module must be there"
! modprobe hookcore_basic targets=$hook 2>/dev/null || fail "hooked what is not there"
dmesg | grep -q "cannot hook hookcore_target:target_add: no such function" ||
	fail "no reason given"

echo "-- with it the hook waits"
modprobe hookcore_basic follow=1 targets=$hook || fail "does not wait"
equal "states" "$(states)" "waiting waiting"
for round in 1 2 3; do
	# Its threads call target_spin() before the module's init function ends.
	modprobe hookcore_target threads=4 || fail "the target's module"
	equal "round $round: states" "$(states)" "installed installed"
	equal "notified" "$(cat $notified)" $((4 * round - 2))
	[ "$(calls target_spin)" -gt 0 ] || fail "not reached"
	before=$(calls target_add)
	equal "sum" "$(cat $sum)" 3
	equal "calls" "$(calls target_add)" $((before + 1))
	rmmod hookcore_target || fail "the followed module cannot go"
	equal "states" "$(states)" "waiting waiting"
	equal "notified" "$(cat $notified)" $((4 * round))
done

# begin_to_load: leaves it behind, in its init function or about to run that:
# those that wait have been told.
begin_to_load()
{
	modprobe hookcore_target fail=1 2>/dev/null &
	loading=$!
	wait_until 60 test -e $failing || fail "the module does not begin to load"
}

fail_to_load()
{
	echo 0 >$failing
	! wait $loading || fail "it has loaded"
}

echo "-- a module that fails to load"
begin_to_load
equal "meanwhile" "$(states)" "installed installed"
fail_to_load
equal "states" "$(states)" "waiting waiting"
rmmod hookcore_basic || fail "the owner cannot go"
begin_to_load
modprobe hookcore_basic follow=1 targets=$hook || fail "does not wait"
equal "who comes later waits" "$(states)" "waiting waiting"
# It is freed when it fails, whoever holds it: nobody may look into it now.
equal "could it be hooked?" "$(check target_add)" \
	"target_add no: not the start of a function: module hookcore_target is coming or going"
fail_to_load
equal "states" "$(states)" "waiting waiting"
modprobe hookcore_target threads=4 || fail "the target's module"
equal "states" "$(states)" "installed installed"
equal "sum" "$(cat $sum)" 3
rmmod hookcore_target || fail "the followed module cannot go"

echo "-- a kprobe on our jmp does not keep a module that goes"
modprobe hookcore_target threads=1 || fail "the target's module"
site=$(sed -n 's/^target_add .*site=\(target_add+0x[0-9a-f]*\).*/\1/p' $debug/hooks)
echo "p:jmp hookcore_target:$site" >/sys/kernel/tracing/kprobe_events || fail "kprobe"
echo 1 >/sys/kernel/tracing/events/kprobes/jmp/enable
equal "sum" "$(cat $sum)" 3
rmmod hookcore_target || fail "the followed module cannot go under a kprobe"
equal "states" "$(states)" "waiting waiting"
echo 0 >/sys/kernel/tracing/events/kprobes/jmp/enable
echo >/sys/kernel/tracing/kprobe_events

echo "-- the owner goes first, waiting or not"
rmmod hookcore_basic || fail "the owner cannot go"
modprobe hookcore_basic follow=1 targets=$hook || fail "again"
modprobe hookcore_target threads=4 || fail "the target's module"
rmmod hookcore_basic || fail "the owner cannot go"
[ ! -s $debug/hooks ] || fail "hooks are left: $(cat $debug/hooks)"
equal "sum" "$(cat $sum)" 3

echo "-- a hook that does not follow keeps the module"
modprobe hookcore_basic targets=target_add || fail "cannot hook"
! rmmod hookcore_target 2>/tmp/why || fail "the target's module went"
grep -q "in use" /tmp/why || fail "no reason: $(cat /tmp/why)"
equal "sum" "$(cat $sum)" 3
rmmod hookcore_basic hookcore_target || fail "cannot unload"

echo "-- somebody is stuck in a follower's handler when its target's module goes"
stuck=/sys/module/hookcore_stuck/parameters
modprobe hookcore_target threads=0 || fail "the target's module"
modprobe hookcore_stuck || fail "cannot hook"
cat $sum >/tmp/sum &
reader=$!
wait_until 60 grep -q 1 $stuck/inside || fail "nobody is inside"
rmmod hookcore_target &
going=$!
wait_until 60 grep -q "^target_add .* state=retiring" $debug/hooks ||
	fail "the module does not go: $(cat $debug/hooks)"
rmmod hookcore_stuck &
leaving=$!
# Others do not wait for it: neither modules that are followed, nor followers.
modprobe hookcore_basic follow=1 targets=hookcore_field:field_functions ||
	fail "does not wait"
modprobe hookcore_field && rmmod hookcore_field || fail "a module does not go"
modprobe hookcore_field && rmmod hookcore_basic hookcore_field ||
	fail "a follower does not go"
kill -0 $going $leaving || fail "gone, though somebody is inside"
echo 1 >$stuck/go
wait $going || fail "the followed module cannot go"
wait $leaving || fail "the owner cannot go"
wait $reader
equal "who was inside" "$(cat /tmp/sum)" 13
[ ! -s $debug/hooks ] || fail "hooks are left: $(cat $debug/hooks)"

echo "-- nonsense"
! modprobe hookcore_basic follow=1 targets=vfs_read 2>/dev/null ||
	fail "follows no module"
dmesg | grep -q "cannot hook vfs_read: bad argument" || fail "no reason given"
modprobe hookcore_target || fail "the target's module"
! modprobe hookcore_basic follow=1 targets=hookcore_target:nonsense 2>/dev/null ||
	fail "waits for a function that the module does not have"
rmmod hookcore_target || fail "cannot unload"

echo "-- one that is refused when its module comes waits, and is told"
modprobe hookcore_basic follow=1 targets=hookcore_target:nonsense || fail "does not wait"
dmesg -C
modprobe hookcore_target threads=0 || fail "the target's module"
equal "states" "$(states)" waiting
equal "its owner is told, times" "$(cat $notified)" 1
equal "the reason is given, times" \
	"$(dmesg | grep -c "cannot hook hookcore_target:nonsense: no such function")" 1
rmmod hookcore_target hookcore_basic hookcore || fail "cannot unload"
