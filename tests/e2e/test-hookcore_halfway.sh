#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a task that loses its processor where the unwinder of 6.1 takes its stack for
# proves: ended, in the return of a function that function_graph traces, is waited for all
# proves: the same if it is inside a handler (the control that must fail without a look at
# proves: where the unwinder ended is hookcore_halfway_control)
# kernels: all
# smp: 1
# append: preempt=full
# timeout: 400
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing

# asleep_inside: the one who dozes, in a handler.
asleep_inside()
{
	grep -q msleep "/proc/$dozer/stack" && grep -q torture_framed "/proc/$dozer/stack"
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} &&
	modprobe hookcore_target threads=0 dozers=1 || fail "modules do not load"
dozer=$(pgrep dozer)
echo target_add >$tracing/set_ftrace_filter && echo function_graph >$tracing/current_tracer ||
	fail "cannot trace"
for _ in {1..6}; do
	modprobe hookcore_torture targets=target_doze framed=1 cycles=1 hold=1 &
	wait_until 20 asleep_inside || fail "nobody in a handler"
	# When he is looked for he is busy.
	echo 0 >/sys/module/hookcore_torture/parameters/hold
	wait $! || fail "no hook"
	# Counted behind the original.
	if [ "$(cat /sys/module/hookcore_torture/parameters/calls)" = 0 ]; then
		sleep 5
		fail "who is inside was not waited for"
	fi
	rmmod hookcore_torture || fail "cannot unload"
done
[ "$(grep -c target_add $tracing/trace)" -gt 100 ] || fail "nothing was traced"
equal "calls that went wrong" "$(cat /sys/module/hookcore_target/parameters/wrong)" 0
echo nop >$tracing/current_tracer
echo >$tracing/set_ftrace_filter
rmmod hookcore_target hookcore || fail "cannot unload"
