#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# limbo.sh [deadline]: hook a function while threads that are exiting, on no list
# of tasks any more, run in the window; with "deadline" they are of the deadline
# policy and use up their budget there.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing
limbo=/sys/module/hookcore_limbo/parameters
parameters='' task=limbo
# No stack tells of a deadline task: the bandwidth reserved for it does.
[ "${1:-}" != deadline ] || parameters=deadline=1 task='a deadline task'

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
echo 1 >$tracing/events/hookcore/hookcore_retry/enable
modprobe hookcore_target threads=0 || fail "no target"
# shellcheck disable=SC2086 # words of parameters
modprobe hookcore_limbo $parameters || fail "no limbo"
"$programs/limbo" &
sleep 1
# One instruction a block, or the translator hides the middle of the window.
echo "$VM_NONCE monitor singlestep on"
sleep 1
# Ten installs may find nobody there: then once more.
installs=0
for round in {1..12}; do
	modprobe hookcore_torture targets=target_spin cycles=10 hold_us=100 ||
		fail "torture"
	installs=$((installs + $(cat /sys/module/hookcore_torture/parameters/installs)))
	retries=$(grep -c "hookcore_retry.*task=$task" $tracing/trace)
	[ "$retries" = 0 ] && [ $round != 12 ] || break
	rmmod hookcore_torture || fail "cannot unload the torture"
done
echo "$VM_NONCE monitor singlestep off"
kill %1
echo "installs: $installs; threads: $(cat $limbo/exits), $(cat $limbo/deadlines) of them with a deadline;" \
	"retries because of one: $retries"
[ "$retries" -gt 0 ] || fail "no exiting task was ever in the window: this proves nothing"
[ "$installs" -gt 0 ] || fail "nothing was installed"
rmmod hookcore_torture hookcore_limbo hookcore_target hookcore || fail "cannot unload"
