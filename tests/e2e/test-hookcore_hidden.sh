#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a kprobe beside a place that a hooked function's window branches to is not
# proves: optimised, for the kernel finds hookcore's decoy; nor when the hook has gone;
# proves: where there is no room for one the function is refused (the control that must
# proves: fail without is hookcore_hidden_control); nor is one on a long nop in the
# proves: padding that hookcore's relay stands in
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore
target=/sys/module/hookcore_target/parameters
probes=/sys/kernel/debug/kprobes/list

# is_probed PLACE [WORD]: a kprobe is there, and so.
is_probed()
{
	grep -q "target_$1 .*${2:-}" $probes
}

# calls COUNT: and all return what they should.
calls()
{
	local i

	for ((i = 0; i < $1; i++)); do
		[ "$(cat $target/hidden)" = "7 7 7" ] || fail "they return $(cat $target/hidden)"
	done
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} && modprobe hookcore_target threads=0 ||
	fail "modules do not load"
calls 1

echo "-- without a hook"
echo 1 >$target/probe_hidden || fail "no kprobe"
# It comes to be optimised after a moment, or never.
sleep 3
is_probed hidden+0xb || fail "no kprobe: $(cat $probes)"
is_probed hidden+0xb OPTIMIZED && fail "the kernel sees no branch of the function"
calls 10
echo 0 >$target/probe_hidden

echo "-- hooked"
modprobe hookcore_basic targets=target_hidden,target_spin || fail "cannot hook it"
grep '^target_hidden ' $debug/hooks
echo 1 >$target/probe_hidden || fail "no kprobe"
# Control: another one, beside it in time, is.
modprobe hookcore_nmi || fail "no other kprobe"
wait_until 30 grep -q 'nmi_probed.*OPTIMIZED' $probes || fail "control: none is optimised"
sleep 3
calls 100
is_probed hidden+0xb || fail "no kprobe: $(cat $probes)"
is_probed hidden+0xb OPTIMIZED && fail "where the window branches to is in its jmp"
rmmod hookcore_basic || fail "cannot unload"
calls 100
is_probed hidden+0xb OPTIMIZED && fail "where the function branches to is in its jmp"
echo 0 >$target/probe_hidden

# Forty bytes of code, a jmp of two, and a nop of eight.
echo "-- on the padding"
modprobe hookcore_probe symbol=before_target_padded offset=42 || fail "no kprobe"
wait_until 30 is_probed padded+0x2a OPTIMIZED || fail "control: it is not optimised"
modprobe hookcore_basic targets=target_padded 2>/dev/null && fail "it is hooked over a kprobe"
dmesg | grep "cannot hook target_padded: kprobe in the window: before_target_padded+0x2a/" ||
	fail "not said why: $(dmesg | tail -n 2)"
rmmod hookcore_probe
# Its jmp is taken back later.
wait_until 30 modprobe hookcore_basic targets=target_padded || fail "cannot hook it"
grep '^target_padded .*before=31c0 ' $debug/hooks || fail "without a relay"
modprobe hookcore_probe symbol=before_target_padded offset=42 || fail "no kprobe"
sleep 3
is_probed padded+0x2a || fail "no kprobe: $(cat $probes)"
is_probed padded+0x2a OPTIMIZED && fail "its jmp is over the relay: $(cat $probes)"
for ((i = 0; i < 10; i++)); do
	equal "it returns" "$(cat $target/padded)" 3
done
equal "calls" "$(cat /sys/kernel/debug/hookcore_basic/calls)" "target_padded 10"
rmmod hookcore_probe hookcore_basic || fail "cannot unload"
equal "it returns" "$(cat $target/padded)" 3

echo "-- where there is no room"
modprobe hookcore_basic targets=target_hides 2>/dev/null && fail "it is hooked"
dmesg | grep "cannot hook target_hides: branch that kprobes must see: target_hides+0x8/" ||
	fail "not said why: $(dmesg | tail -n 2)"
rmmod hookcore_nmi hookcore_target hookcore || fail "cannot unload"
