#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: who sleeps in a handler while its hook is removed, and the kernel then makes a
# proves: kprobe a jmp over the window's end, runs the function as it is when he wakes (the
# proves: control that must crash if he runs its trampoline is hookcore_woken_control)
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

target=/sys/module/hookcore_target/parameters
stuck=/sys/module/hookcore_stuck/parameters
hooks=/sys/kernel/debug/hookcore/hooks
probes=/sys/kernel/debug/kprobes/list

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} && modprobe hookcore_target threads=0 &&
	modprobe hookcore_stuck target=hookcore_target:target_hidden || fail "modules do not load"
grep '^target_hidden .*before=85ff740a89f801c0 ' $hooks || fail "another window: $(cat $hooks)"

# sleeper_is_left: somebody sleeps in the handler, its hook is being removed, and over the
# window's end is the jmp of a kprobe.
sleeper_is_left()
{
	cat $target/hidden >/tmp/returned &
	sleeper=$!
	wait_until 20 grep -qx 1 $stuck/inside || fail "nobody is inside"
	rmmod hookcore_stuck &
	remover=$!
	wait_until 20 grep -q '^target_hidden .*state=retiring .* now=85ff740a89f801c0 ' $hooks ||
		fail "it does not retire: $(cat $hooks)"
	# The third of its instructions has two bytes, the fourth ends the window.
	modprobe hookcore_probe symbol=target_hidden offset=4 || fail "no kprobe"
	wait_until 60 grep -q 'target_hidden+0x4 .*OPTIMIZED' $probes ||
		fail "control: it is not optimised: $(cat $probes)"
}

# sleeper_wakes: he, and who removes.
sleeper_wakes()
{
	echo 1 >$stuck/go
	wait $sleeper || fail "the sleeper has failed"
	# One of the three calls, whichever was the first: ten more by the handler.
	equal "they return" "$(tr ' ' '\n' </tmp/returned | sort -n | paste -sd' ')" "7 7 17"
	wait $remover || fail "cannot unload"
}

sleeper_is_left
sleeper_wakes
equal "and without a hook" "$(cat $target/hidden)" "7 7 7"
rmmod hookcore_probe || fail "cannot unload"

echo "-- the function's module goes meanwhile, and counting is switched on"
modprobe hookcore_stuck target=hookcore_target:target_hidden || fail "cannot hook it again"
sleeper_is_left
rmmod hookcore_target &
other=$!
wait_until 20 grep -q going /sys/module/hookcore_target/initstate || fail "it does not go"
echo 1 >/sys/kernel/debug/hookcore/count || fail "cannot count"
sleeper_wakes
wait $other || fail "cannot unload the function's module"
rmmod hookcore_probe hookcore || fail "cannot unload"
