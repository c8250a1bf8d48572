#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a task that is exiting, on no list of tasks any more, and pre-empted in
# proves: the window is found on its run queue (the control that must fail
# proves: without that is hookcore_limbo_control)
# not-debug: it has no BTF, by which the run queues are found
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
modprobe hookcore_target threads=0 || fail "no target"
# shellcheck disable=SC2086 # words of parameters
modprobe hookcore_limbo ${LIMBO_PARAMETERS:-} || fail "no limbo"
"$programs/limbo" &
sleep 1
# One instruction a block, or the translator hides the middle of the window.
echo "$VM_NONCE monitor singlestep on"
sleep 1
modprobe hookcore_torture targets=target_spin cycles=10 hold_us=100 ||
	fail "torture"
echo "$VM_NONCE monitor singlestep off"
kill %1
retries=$(grep -cE "hookcore_retry.*task=${LIMBO_TASK:-limbo}" $tracing/trace)
limbo=/sys/module/hookcore_limbo/parameters
echo "threads: $(cat $limbo/exits), $(cat $limbo/deadlines) of them with a deadline;" \
	"retries because of one: $retries"
[ "$retries" -gt 0 ] || fail "no exiting task was ever in the window: this proves nothing"
rmmod hookcore_torture hookcore_limbo hookcore_target hookcore || fail "cannot unload"
