#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a task that stays in the window through all attempts makes a registration
# proves: fail with EBUSY; the log and the trace events name the task, and of several
# proves: functions the one that it is in
# kernels: all-long
# not-debug: one instruction at a time, it does not get to the end of this
# smp: 1
# append: preempt=full
# timeout: 240

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing
fair=/sys/kernel/debug/sched/fair_server/cpu0/runtime

# Sixteen threads in a loop of about ten instructions, some of them in the middle
# of the window: wherever they lost the CPU last, one or another did so there. From
# here on they do not get it back.
freeze()
{
	chrt -f 1 bash -c 'read -r go; while :; do :; done' </tmp/go &
	hog=$!
	exec 4>/tmp/go
	# One instruction a block, or the translator hides the middle of the window;
	# what it has translated stays as it is, so the loop has to be new.
	echo "$VM_NONCE monitor singlestep on"
	sleep 1
	modprobe hookcore_target threads=16 || fail "no target"
	sleep 2
	echo go >&4
	sleep 1
	echo "$VM_NONCE monitor singlestep off"
}

thaw()
{
	kill "$hog"
	wait "$hog" 2>/dev/null
	exec 4>&-
}

# It has loaded, or was refused: then a grace period of RCU comes before its end.
# A program that had to be read from disk would wait for the kernel's threads.
is_settled()
{
	[ -e /tmp/loaded ] || [[ $(<$tracing/trace) == *hookcore_refuse* ]]
}

load()
{
	modprobe hookcore_basic targets=setup_new_exec,target_spin 2>/tmp/why && touch /tmp/loaded
}

modprobe hookcore || fail "hookcore does not load"
echo 1 >$tracing/events/hookcore/hookcore_retry/enable
echo 1 >$tracing/events/hookcore/hookcore_refuse/enable
# What real-time tasks leave to others even if they never sleep: nothing.
sysctl -qw kernel.sched_rt_runtime_us=-1
[ ! -e $fair ] || echo 0 >$fair || fail "cannot stop the server of fair tasks"
# Timers may be left to it: it has to run, too.
chrt -f -p 3 "$(pgrep ksoftirqd/0)" || fail "no ksoftirqd"
# Above the one that takes the CPU, and so is what runs here.
chrt -f -p 2 $$ || fail "no real-time priority"

mkfifo /tmp/go
# What is read from disk now need not be read while only real-time tasks run.
modprobe hookcore_target threads=0 && load &&
	rmmod hookcore_basic hookcore_target || fail "cannot hook"

for try in 1 2 3 4 5; do
	rm -f /tmp/loaded
	echo >$tracing/trace
	freeze
	load &
	loader=$!
	wait_until 20 is_settled || echo "no end of it"
	thaw
	wait $loader || break
	echo "try $try: $(grep -c hookcore_retry $tracing/trace) retries, and hooked"
	rmmod hookcore_basic hookcore_target
done
grep -q "resource busy" /tmp/why || fail "not refused as busy in $try tries: $(cat /tmp/why)"
line=$(said | grep 'hookcore_basic: cannot hook target_spin: ') || fail "no word of it"
echo "$line (try $try)"
task=$(sed -n 's/.*: a task stays in the window: \(target\/[0-9]*\[[0-9]*\]\)$/\1/p' <<<"$line")
[ -n "$task" ] || fail "no task is named"
grep -qF "hookcore_refuse: target=target_spin owner=hookcore_basic reason='a task stays in the window' hint='$task'" \
	$tracing/trace || fail "the trace event names another: $(grep refuse $tracing/trace)"
grep -o 'hookcore_retry: attempt=.*' $tracing/trace >/tmp/retries
equal "retries, numbered" "$(sed 's/.*attempt=\([0-9]*\) .*/\1/' /tmp/retries)" "$(seq 99)"
equal "retries that name no thread of these" \
	"$(grep -cv 'task=target/[0-9]*\[[0-9]*\]$' /tmp/retries)" 0

echo "-- and once they run again, it is hooked"
load || fail "still busy"
rmmod hookcore_basic hookcore_target hookcore || fail "cannot unload"
