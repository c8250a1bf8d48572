#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: an idle task that sleeps in a handler, because its processor is busy, is waited
# proves: for, the log says so after ten seconds, and it comes back safely (the control that
# proves: must fail without the look at idle tasks is hookcore_idle_control)
# kernels: all
# smp: 2
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# is_waiting PID: the removal has not ended.
is_waiting()
{
	[ -d "/proc/$1" ]
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
modprobe hookcore_torture targets=schedule_idle framed=1 cycles=1 hold_us=10000000 &
removal=$!
wait_until 20 grep -q schedule_idle /sys/kernel/debug/hookcore/hooks || fail "not hooked"
# Idle until now: it goes to sleep in there, for as long as somebody else runs.
taskset -c 1 bash -c 'while :; do :; done' &
hog=$!
sleep 26
early=
is_waiting $removal || early=1
# What the idle task is in would be gone.
[ -z "$early" ] || rmmod hookcore_torture
kill $hog
wait $removal || fail "no hook"
# Now it goes on.
sleep 2
[ -z "$early" ] || fail "the idle task was not waited for"
dmesg | grep 'hookcore: waiting for swapper/1\[0\] to leave a hook' || fail "nothing said of it"
echo "ok: it was waited for, $(cat /sys/module/hookcore_torture/parameters/calls) calls"
[ "$(cat /sys/module/hookcore_torture/parameters/calls)" -gt 0 ] || fail "the handler never ran"
rmmod hookcore_torture hookcore || fail "cannot unload"
