#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# torture.sh CYCLES beside|step|alone INSTALLS: install hooks, four on each function, and
# remove them, most by themselves, CYCLES times with handlers that leave no frame and
# CYCLES times with handlers that do, INSTALLS times at least, while tasks are in the window, asleep in
# the original and in recursion, and while ftrace, kprobes and a livepatch of the same
# functions come and go; "alone" leaves these others out. With "step" QEMU runs one
# instruction at a time, and 32 times as many cycles follow without the others,
# who take most of the time. One instruction at a time, or with threads, a debug kernel
# takes ten times as long for a cycle: there it is a fifteenth of them.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

cycles=${1:?how many cycles}
mode=${2:?beside whom}
least=${3:?how many installs}
if [ "$mode" != beside ] && is_debug; then
	cycles=$(((cycles + 14) / 15))
	least=$((least / 15))
fi
names=(target_spin target_add target_recurse target_sleep)
debug=/sys/kernel/debug/hookcore
tracing=/sys/kernel/tracing
patch=/sys/kernel/livepatch/hookcore_livepatch
torture=/sys/module/hookcore_torture/parameters
wrong=/sys/module/hookcore_target/parameters/wrong

# check FUNCTION: what hookcore says of it.
check()
{
	exec 3<>$debug/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

# All four, as they are without a hook.
check_all()
{
	local name

	for name in "${names[@]}"; do
		check "$name"
	done
}

# again COMMAND: until told to stop; how often is in a file of its name.
again()
{
	local count=0

	until [ -e /tmp/stop ]; do
		"$1" || fail "$1, after $count times"
		echo $((++count)) >"/tmp/$1"
	done
}

trace()
{
	local tracer

	echo "${names[@]:1}" >$tracing/set_ftrace_filter || return
	# The handler too, when it is there.
	echo torture_decide 2>/dev/null >>$tracing/set_ftrace_filter
	for tracer in function function_graph; do
		echo $tracer >$tracing/current_tracer || return
		sleep 0.2
	done
	echo nop >$tracing/current_tracer && echo >$tracing/set_ftrace_filter
}

# At the entry, behind the window, and where the jmp is or will be.
probe()
{
	local on

	{
		echo "p:entry hookcore_target:target_add"
		echo "p:behind hookcore_target:target_recurse+$behind"
		echo "p:site hookcore_target:target_recurse+$site"
	} >$tracing/kprobe_events || return
	echo 1 >$tracing/events/kprobes/enable || return
	for on in 0 1 0 1; do
		echo $on >/proc/sys/debug/kprobes-optimization
		sleep 0.05
	done
	echo 0 >$tracing/events/kprobes/enable && echo >$tracing/kprobe_events || return
	# While they are optimised, and that takes seconds, nobody can install.
	sleep 5
}

# patched 0|1: no task is on its way any more, and the patch is as wanted.
patched()
{
	if [ "$1" = 0 ]; then
		[ ! -d $patch ]
	else
		[ "$(cat $patch/transition)" = 0 ]
	fi
}

livepatch()
{
	modprobe hookcore_livepatch || return
	wait_until 120 patched 1 || return
	sleep 0.1
	echo 0 >$patch/enabled || return
	wait_until 120 patched 0 || return
	rmmod hookcore_livepatch || return
	sleep 0.2
}

# retries: tasks that were in the way, so far.
retries()
{
	grep -c hookcore_retry $tracing/instances/retries/trace
}

# run OPTION...: one round of the torture, and what came of it.
run()
{
	"${urgent[@]}" modprobe hookcore_torture chain=4 hold_us=2000 \
		"targets=$(IFS=,; echo "${names[*]}")" "cycles=$cycles" "$@" ||
		fail "torture $*"
	echo "$SECONDS s: torture $*: $(cat $torture/installs) installs," \
		"$(cat $torture/busy) refused as busy, $(cat $torture/calls) calls"
	[ "$(cat $torture/installs)" -gt "$((cycles * 4))" ] ||
		fail "hardly anything was installed"
	[ "$(cat $torture/calls)" -gt 0 ] || fail "the handlers never ran"
	installs=$((installs + $(cat $torture/installs)))
	removals=$((removals + $(cat $torture/removals)))
	rmmod hookcore_torture
}

# Two that never sleep: more of them slow the rest down too much.
# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} &&
	modprobe hookcore_target threads=1 callers=1 sleepers=4 ||
	fail "modules do not load"
# Of its own: a change of tracers empties the main one.
mkdir $tracing/instances/retries
echo 1 >$tracing/instances/retries/events/hookcore/hookcore_retry/enable
before=$(check_all)
grep -q no: <<<"$before" && fail "not all can be hooked: $before"
site=$(check target_recurse | sed 's/.*site=target_recurse+\(0x[0-9a-f]*\).*/\1/')
behind=$((site + $(check target_recurse | sed 's/.*window=\([0-9]*\).*/\1/')))
installs=0 removals=0 urgent=()

# beside_others: unless alone.
beside_others()
{
	local name other others=()

	for name in trace probe livepatch; do
		[ "$mode" != alone ] || break
		again $name &
		others+=($!)
	done
	run
	run framed=1
	touch /tmp/stop
	for other in "${others[@]}"; do
		wait "$other" || fail "see above"
	done
}

# by_itself: whoever installs takes the CPU from the tasks as often as it wakes up.
by_itself()
{
	local before

	urgent=(chrt -f 1)
	cycles=$((cycles * 32))
	before=$(retries)
	run
	run framed=1
	[ "$(retries)" -gt "$before" ] ||
		fail "no task was ever in the window: this proves nothing"
}

if [ "$mode" = step ]; then
	# Who adds a kprobe, or takes away a livepatch, waits with locks held for all tasks
	# to have slept (RCU tasks): minutes.
	echo 1800 >/proc/sys/kernel/hung_task_timeout_secs
	echo "$VM_NONCE monitor singlestep on"
fi
# The control is to crash for a task in the window, and seldom would here.
[ -n "${HOOKCORE_PARAMETERS:-}" ] || beside_others
if [ "$mode" = step ]; then
	by_itself
	echo "$VM_NONCE monitor singlestep off"
fi
echo "$SECONDS s: $installs installs, $removals removals, $(retries) retries; beside it" \
	"$(cat /tmp/trace 2>/dev/null) times tracers," \
	"$(cat /tmp/probe 2>/dev/null) times kprobes," \
	"$(cat /tmp/livepatch 2>/dev/null) times a livepatch"
if [ "$mode" != alone ]; then
	for name in trace probe livepatch; do
		[ "$(cat /tmp/$name)" -gt 0 ] || fail "$name did not run beside it"
	done
fi
[ "$installs" -ge "$least" ] || fail "fewer than $least installs"
# Once in four times sixteen hooks go at once.
[ "$removals" -ge $((least * 3 / 4)) ] || fail "hardly any removals"
equal "calls that went wrong" "$(cat $wrong)" 0
equal "the functions" "$(check_all)" "$before"
rmmod hookcore_target hookcore || fail "cannot unload"
