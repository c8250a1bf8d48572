#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hooks come and go while kretprobes and BPF programs at the ends of functions
# proves: have replaced return addresses of tasks that are pre-empted or asleep: the
# proves: kernel does not complain of how their stacks are looked at, nobody is waited
# proves: for who is not inside, and who is inside a handler is; a module can go under such
# proves: a program
# kernels: all-long
# smp: 2
# append: preempt=full
# timeout: 400

# shellcheck source=tests/e2e/bpf.sh
. "$(dirname "$0")/bpf.sh"

tracing=/sys/kernel/tracing
torture=/sys/module/hookcore_torture/parameters
names=target_spin,target_add,target_recurse,target_sleep

# torture OPTION...: hooks come and go; into $installs, how often.
torture()
{
	modprobe hookcore_torture "$@" || fail "torture $*"
	installs=$(cat $torture/installs)
	echo "torture $*: $installs installs, $(cat $torture/busy) refused as busy"
	rmmod hookcore_torture
}

asleep()
{
	grep -q nanosleep "/proc/$sleeper/stack"
}

loaded()
{
	[ ! -d "/proc/$loader" ]
}

# begin_sleep SECONDS OPTION...: while do_nanosleep() is hooked.
begin_sleep()
{
	local seconds=$1
	shift

	modprobe hookcore_torture targets=do_nanosleep cycles=1 hold=1 "$@" &
	loader=$!
	wait_until 20 grep -q do_nanosleep /sys/kernel/debug/hookcore/hooks || fail "not hooked"
	SECONDS=0
	sleep "$seconds" &
	sleeper=$!
	wait_until 20 asleep || fail "it does not sleep"
	echo 0 >$torture/hold
}

modprobe hookcore && modprobe hookcore_target threads=2 callers=4 sleepers=4 ||
	fail "modules do not load"

echo "-- kretprobes on functions that tasks are pre-empted and asleep in"
for name in add recurse sleep; do
	echo "r:$name hookcore_target:target_$name"
done >$tracing/kprobe_events || fail "no kretprobes"
echo 1 >$tracing/events/kprobes/enable
torture targets=$names cycles=10
equal "installs" "$installs" 10
torture targets=$names cycles=10 framed=1
equal "installs" "$installs" 10
echo 0 >$tracing/events/kprobes/enable
[ "$(awk '{ sum += $2 } END { print (sum > 0) }' $tracing/kprobe_profile)" = 1 ] ||
	fail "the kretprobes were never hit: this proves nothing"
echo >$tracing/kprobe_events
equal "calls that went wrong" "$(cat /sys/module/hookcore_target/parameters/wrong)" 0
rmmod hookcore_target

echo "-- asleep under a BPF program, in no hook"
bpf_attach do_nanosleep fexit
for _ in {1..5}; do
	sleep 1000 &
done
sleep 1
torture targets=setup_new_exec cycles=3
equal "installs" "$installs" 3
echo "-- asleep under a BPF program, in a handler"
begin_sleep 8 framed=1
wait "$loader"
! asleep 2>/dev/null || fail "it was not waited for who sleeps in the handler"
[ "$SECONDS" -ge 7 ] || fail "it slept for $SECONDS s only"
rmmod hookcore_torture
# shellcheck disable=SC2046 # numbers
kill $(jobs -p | grep -v "^$BPF_PID\$") 2>/dev/null
bpf_detach
echo "-- asleep in a function whose handler has left by a jump"
begin_sleep 1000
wait_until 60 loaded || fail "it is waited for"
asleep || fail "control: it sleeps no longer"
wait "$loader"
rmmod hookcore_torture || fail "cannot unload"
kill $sleeper
echo "-- an owner goes under a BPF program, or a kretprobe, at the end of that very call"
gone()
{
	[ ! -d /sys/module/hookcore_basic ]
}

# owners_go: with its hooks removed before, and not.
owners_go()
{
	local forget

	for forget in 0 1; do
		modprobe hookcore_basic targets=setup_new_exec forget=$forget || fail "cannot hook"
		rmmod hookcore_basic &
		wait_until 60 gone || fail "forget=$forget: it waits for itself: $(dmesg | tail -n 1)"
		wait $!
	done
}

bpf_attach __x64_sys_delete_module fexit
owners_go
bpf_detach
echo "r:go __x64_sys_delete_module" >$tracing/kprobe_events || fail "no kretprobe"
echo 1 >$tracing/events/kprobes/enable
for _ in {1..3}; do
	owners_go
done
echo 0 >$tracing/events/kprobes/enable
[ "$(awk '{ print ($2 >= 6) }' $tracing/kprobe_profile)" = 1 ] || fail "the kretprobe was not hit"
echo >$tracing/kprobe_events
rmmod hookcore || fail "cannot unload"
