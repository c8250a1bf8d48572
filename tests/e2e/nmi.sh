#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nmi.sh CYCLES [INSTALLS]: install hooks, sixteen a cycle and each in a stop of
# the machine of its own, on functions that NMIs run, while NMIs come all the time,
# CPUs and kprobes come and go, and a kprobe that NMIs hit is optimised and is an
# int3 again; INSTALLS of them must succeed, or half of a round's.
# NMI_TARGETS names other functions, four at most. NMI_TRACED names functions on
# the way from int3 to hookcore that function_graph traces meanwhile; NMI_EVENTS trace
# events that are on.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

cycles=${1:?how many cycles}
least=${2:-$((cycles * 8))}
targets=${NMI_TARGETS:-target_add,prb_reserve,prb_commit,prb_final_commit}
tracing=/sys/kernel/tracing
nmi=/sys/module/hookcore_nmi/parameters
torture=/sys/module/hookcore_torture/parameters

detours()
{
	sed -n 's/^detours //p' /sys/kernel/debug/hookcore/stops
}

more_than()
{
	[ "$(cat "$1")" -gt "$2" ]
}

# times WHAT: how often; a line each time, for who adds it may be killed at any time.
times()
{
	wc -l <"/tmp/$1"
}

# No NMI since the last look.
silent()
{
	local before

	before=$(cat $nmi/nmis)
	sleep 1
	[ "$(cat $nmi/nmis)" = "$before" ]
}

plug()
{
	while :; do
		echo 0 >/sys/devices/system/cpu/cpu1/online && echo >>/tmp/plugs
		sleep 0.3
		echo 1 >/sys/devices/system/cpu/cpu1/online
		sleep 0.3
	done
}

# The kprobe that every NMI hits.
optimised()
{
	grep -q 'nmi_probed+0x1 .*OPTIMIZED' /sys/kernel/debug/kprobes/list
}

# At the entries of hooked functions, and in functions beside them.
probe()
{
	local name

	while :; do
		for name in target_add prb_commit prb_read_valid prb_first_valid_seq; do
			echo "p:$name $name" >>$tracing/kprobe_events &&
				echo 1 >$tracing/events/kprobes/$name/enable
		done
		echo >>/tmp/probes
		for name in 0 1 0 1; do
			echo $name >/proc/sys/debug/kprobes-optimization
			sleep 0.2
		done
		! wait_until 10 optimised || echo >>/tmp/jumps
		echo 0 >$tracing/events/kprobes/enable
		echo >$tracing/kprobe_events
	done
}

# check FUNCTION: what hookcore says of it.
check()
{
	exec 3<>/sys/kernel/debug/hookcore/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore unsafe_widen_us=2000 ${HOOKCORE_PARAMETERS:-} ||
	fail "hookcore does not load"
modprobe hookcore_target threads=0 && modprobe hookcore_nmi || fail "no NMI handler"
# An NMI that met an int3 there would meet it again in its handling.
for name in __rcu_read_lock rcu_is_watching hw_breakpoint_exceptions_notify \
	lock_acquire __kasan_check_read function_trace_call prepare_ftrace_return; do
	check $name | grep -q "no: " || fail "not refused: $(check $name)"
done
if [ -n "${NMI_TRACED:-}" ]; then
	# With a threshold its return begins with a function that can be hooked.
	echo 1 >$tracing/tracing_thresh
	echo "$NMI_TRACED" >$tracing/set_ftrace_filter &&
		echo function_graph >$tracing/current_tracer || fail "cannot trace"
	equal "traced" "$(cut -d' ' -f1 $tracing/enabled_functions | paste -sd' ')" \
		"$NMI_TRACED"
fi
for name in ${NMI_EVENTS:-}; do
	echo 1 >$tracing/events/"$name"/enable || fail "no event $name"
done
echo "$VM_NONCE repeat 0.002 nmi"
wait_until 20 more_than $nmi/nmis 20 || fail "no NMIs"

# enough: has all that there should be been beside so many installs as asked for?
enough()
{
	[ "$installs" -ge "$least" ] && [ "$(times plugs)" -gt 0 ] && [ "$(times jumps)" -gt 0 ]
}

: | tee /tmp/plugs /tmp/jumps >/tmp/probes
plug &
plugger=$!
probe &
prober=$!
# Two of each chain come before the hook that hookcore_nmi has.
installs=0
for ((round = 1; round <= 10; round++)); do
	modprobe hookcore_torture "targets=$targets" chain=4 priority=-2 hold_us=100 \
		"cycles=$cycles" || fail "torture"
	installs=$((installs + $(cat $torture/installs)))
	! enough || break
	[ $round = 10 ] || rmmod hookcore_torture || fail "cannot unload the torture"
done
kill $plugger $prober
wait $plugger $prober 2>/dev/null

# beside_print: are there NMIs that met the text of what prints, half written? Only
# its functions are patched, and their chain, which nobody else comes to.
beside_print()
{
	local before round

	for round in 1 2 3 4 5; do
		before=$(detours)
		rmmod hookcore_torture &&
			modprobe hookcore_torture targets=prb_commit,prb_final_commit \
				chain=4 hold_us=100 cycles=2 || fail "torture"
		printed=$(($(detours) - before))
		[ $printed = 0 ] || return 0
	done
	fail "no NMI met half-written text of prb_commit(): this proves nothing"
}

busy=$(cat $torture/busy) calls=$(cat $torture/calls)
printed=-
if [ -z "${NMI_TARGETS:-}" ]; then
	# Lines of the level info alone are kept from the console.
	dmesg -n 6
	echo 2 >$nmi/print_every
	beside_print
	echo 64 >$nmi/print_every
	dmesg -n 7
fi
echo "$VM_NONCE repeat off"
wait_until 20 silent || fail "the NMIs do not end"
echo 1 >/sys/devices/system/cpu/cpu1/online
echo 0 >$tracing/events/kprobes/enable
echo >$tracing/kprobe_events
echo nop >$tracing/current_tracer
echo >$tracing/set_ftrace_filter
echo 0 >$tracing/tracing_thresh

echo "$SECONDS s: $installs installs, $busy refused as busy in the last round," \
	"$calls calls of handlers"
echo "$(cat $nmi/nmis) NMIs, $(detours) of them met half-written text," \
	"$printed that of printk() alone;" \
	"beside it $(times plugs) times a CPU less, $(times probes) times kprobes," \
	"$(times jumps) times an optimised one"
[ "$(times plugs)" -gt 0 ] || fail "no CPU came or went"
[ "$(times probes)" -gt 0 ] || fail "no kprobes came or went"
[ "$(times jumps)" -gt 0 ] || fail "no kprobe was ever optimised"
more_than $nmi/nmis "$installs" || fail "fewer NMIs than installs"
[ "$(times plugs)" -gt $((installs / 200)) ] || fail "hardly any CPU came or went"
[ "$(times jumps)" -gt $((installs / 500)) ] || fail "hardly any kprobe was optimised"
equal "calls in an NMI that went wrong" "$(cat $nmi/wrong)" 0
equal "int3s that kprobes did not get" "$(cat $nmi/swallowed)" 0
[ "$(cat $nmi/hits)" -gt 0 ] || fail "the kprobe was never hit: this proves nothing"
[ "$calls" -gt 0 ] || fail "the handlers never ran"
[ "$(detours)" -gt $((installs / 20)) ] ||
	fail "hardly any NMI met half-written text: this proves little"
[ "$installs" -ge "$least" ] || fail "fewer than $least installs"
rmmod hookcore_torture hookcore_nmi hookcore_target hookcore || fail "cannot unload"
