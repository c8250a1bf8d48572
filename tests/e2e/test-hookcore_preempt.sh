#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a task that is pre-empted in the middle of the window makes hookcore
# proves: back off and try again, and nothing breaks (the control that must fail
# proves: without the check is hookcore_preempt_control); so does one of whose stack
# proves: nobody can tell, in a kprobe's detour
# kernels: all-long
# not-debug: one instruction at a time, it does not get to the end of this
# smp: 1
# append: preempt=full
# timeout: 240

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing
parameters=/sys/module/hookcore_torture/parameters

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
echo 1 >$tracing/events/hookcore/hookcore_retry/enable
modprobe hookcore_target threads=4 detours=1 || fail "no threads"
modprobe hookcore_probe symbol=target_detoured offset=1 || fail "no kprobe"
wait_until 30 grep -q 'target_detoured.*OPTIMIZED' /sys/kernel/debug/kprobes/list ||
	fail "it is not optimised"
# One instruction a block, or the translator hides the middle of the window.
echo "$VM_NONCE monitor singlestep on"
sleep 1
modprobe hookcore_torture targets=target_spin cycles=20 hold_us=100 ||
	fail "torture"
echo "$VM_NONCE monitor singlestep off"
unknown=$(grep -c 'hookcore_retry.*unreliable stack' $tracing/trace)
retries=$(grep hookcore_retry $tracing/trace | grep -vc 'unreliable stack')
echo "installs: $(cat $parameters/installs), retries: $retries, of an unreliable stack: $unknown," \
	"calls: $(cat $parameters/calls)"
[ "$retries" -gt 0 ] || fail "no task was ever in the window: this proves nothing"
[ "$unknown" -gt 0 ] || fail "no task was ever in the detour: this proves nothing"
[ "$(cat $parameters/calls)" -gt 0 ] || fail "the handlers never ran"
rmmod hookcore_torture hookcore_probe hookcore_target hookcore || fail "cannot unload"
