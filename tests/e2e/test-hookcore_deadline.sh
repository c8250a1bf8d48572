#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a deadline task that has used up its budget in the window, runnable and on
# proves: no run queue, is seen (the control that must fail without the look at all
# proves: tasks is hookcore_deadline_control)
# kernels: all
# smp: 1
# append: preempt=full
# timeout: 600
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
echo 1 >$tracing/events/hookcore/hookcore_retry/enable
echo 1 >$tracing/events/hookcore/hookcore_stop/enable
modprobe hookcore_target threads=1 || fail "no target"
# A short period: it runs, and is stopped elsewhere, between the look at the
# sleepers and the stop of the machine.
chrt --deadline --sched-runtime 500000 --sched-deadline 2000000 \
	--sched-period 2000000 --pid 0 "$(pgrep target/0)" || fail "no deadline task"
# One instruction a block, or the translator hides the middle of the window.
echo "$VM_NONCE monitor singlestep on"
sleep 1
installs=0
# Until it was once in the window in a stop: on a busy machine that may take a while.
for _ in {1..6}; do
	modprobe hookcore_torture targets=target_spin "cycles=${DEADLINE_CYCLES:-20}" \
		hold_us=100 || fail "torture"
	installs=$((installs + $(cat /sys/module/hookcore_torture/parameters/installs)))
	rmmod hookcore_torture
	stops=$(grep -c 'hookcore_stop.*result=-11' $tracing/trace)
	[ "$stops" = 0 ] || break
done
echo "$VM_NONCE monitor singlestep off"
retries=$(grep -c 'hookcore_retry.*task=target/0' $tracing/trace)
echo "$SECONDS s: installs: $installs, retries because of the deadline task: $retries," \
	"$stops of them in the stopped machine"
[ "$stops" -gt 0 ] || fail "it was never in the window in a stop: this proves nothing"
[ "$installs" -gt 0 ] || fail "nothing was installed"
rmmod hookcore_target hookcore || fail "cannot unload"
