#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hits of each hook are counted when asked for, exactly, also with two hooks
# proves: on one function, and not while nobody asks; switched on and off under load
# append: tsc=nowatchdog
# kernels: all-long
# smp: 4

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore

# hits OWNER: of its hook on setup_new_exec.
hits()
{
	sed -n "s/^setup_new_exec owner=$1 .* hits=//p" $debug/hooks
}

calls()
{
	sed -n 's/^setup_new_exec //p' /sys/kernel/debug/hookcore_basic/calls
}

run()
{
	local i

	for ((i = 0; i < $1; i++)); do
		/bin/true
	done
}

# hits_of HANDLER: of the hook on target_add() that has it.
hits_of()
{
	sed -n "s/^target_add .* handler=$1 .* hits=//p" $debug/hooks
}

# add TIMES: so often is target_add() called, and by nobody else.
add()
{
	local i sum

	for ((i = 0; i < $1; i++)); do
		read -r sum </sys/module/hookcore_target/parameters/sum
		[ "$sum" = 3 ] || fail "sum is $sum"
	done
}

# both EXPECTED: the hits of either hook.
both()
{
	equal "hits of the first" "$(hits_of basic_handler_0)" "$1"
	equal "hits of the second" "$(hits_of basic_handler_1)" "$1"
}

modprobe hookcore || fail "hookcore does not load"
before=$("$programs/kerneltext" | sha256sum)
modprobe hookcore_basic targets=setup_new_exec || fail "cannot hook"
run 5
! grep -q hits= $debug/hooks || fail "hits are shown though nobody asked"

echo 1 >$debug/count || fail "cannot switch counting on"
started=$(calls)
run 20
# What reads the files runs programs too: they count on both sides.
seen=$(hits hookcore_basic)
ended=$(calls)
[ "$seen" -ge 20 ] && [ "$seen" -le $((ended - started + 1)) ] ||
	fail "$seen hits, but $started .. $ended calls"
echo "ok: $seen hits, $((ended - started)) calls with those that asked"

modprobe hookcore_torture targets=setup_new_exec cycles=3 priority=1 ||
	fail "a second hook beside a counted one"
! echo 2 2>/dev/null >$debug/count || fail "2 was accepted"
equal "count after a refused write" "$(cat $debug/count)" 1

echo "-- on and off while calls are made on 4 CPUs"
for i in 1 2 3 4; do
	while :; do /bin/true; done &
done
for i in {1..10}; do
	echo 0 >$debug/count || fail "off"
	echo 1 >$debug/count || fail "on"
done
jobs -p | xargs kill
wait
[ "$(hits hookcore_basic)" -gt "$seen" ] || fail "no more hits under load"

echo 0 >$debug/count
rmmod hookcore_torture hookcore_basic || fail "cannot unload"

echo "-- exactly, of each of two hooks on a function that only this test calls"
modprobe hookcore_target threads=0 || fail "no target"
modprobe hookcore_basic targets=target_add,target_add || fail "cannot hook"
add 5
echo 1 >$debug/count || fail "on"
both 0
add 25
both 25
echo 0 >$debug/count || fail "off"
add 7
echo 1 >$debug/count || fail "on again"
add 10
both 35
echo 0 >$debug/count
equal "calls" "$(cat /sys/kernel/debug/hookcore_basic/calls)" \
"target_add 47
target_add 47"
rmmod hookcore_basic hookcore_target hookcore || fail "cannot unload"
equal "kernel text" "$("$programs/kerneltext" | sha256sum)" "$before"
