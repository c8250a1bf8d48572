#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a kprobe that comes after a function has been looked at, and before its
# proves: text is written, is seen in the stopped machine, armed or not, in the
# proves: window: the registration is refused, with the right name of several, the kprobe
# proves: works; without that look it would be written over
# kernels: all
# long
# smp: 2

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing
hookcore=/sys/module/hookcore/parameters
check=/sys/kernel/debug/hookcore/check
sum=/sys/module/hookcore_target/parameters/sum

# check: what hookcore says of target_add().
check()
{
	exec 3<>$check
	echo target_add >&3
	cat <&3
	exec 3>&-
}

# begin MODULE [PARAMETER...]: its hook on target_add(), and one before it, are about to
# be written.
begin()
{
	echo 1 >$hookcore/unsafe_hold
	modprobe "$@" targets=setup_new_exec,target_add 2>/tmp/why &
	loader=$!
	wait_until 60 grep -q hook_hold /proc/$loader/stack ||
		fail "does not come so far: $(cat /tmp/why)"
}

# end: may it be?
end()
{
	echo 0 >$hookcore/unsafe_hold
	wait $loader
}

# probe WHERE: a kprobe that is not armed; there is one at a time.
probe()
{
	echo "p:late hookcore_target:$1" 2>/dev/null >$tracing/kprobe_events
}

arm()
{
	echo "$1" >$tracing/events/kprobes/late/enable || fail "cannot arm"
}

hits()
{
	awk '$1 == "late" { print $2 }' $tracing/kprobe_profile
}

unprobe()
{
	echo >$tracing/kprobe_events || fail "cannot remove the kprobe"
}

# refused WHAT: the kprobe was seen.
refused()
{
	end && fail "$1: hooked"
	dmesg | tail -n 1 | grep -q "cannot hook target_add: kprobe in the window" ||
		fail "$1: $(dmesg | tail -n 1)"
	dmesg -C
	echo "ok: refused: $1"
}

# works WHAT: the kprobe sees calls of the function.
works()
{
	local before

	before=$(hits)
	equal "$1: sum" "$(cat $sum)" 3
	[ "$(hits)" -gt "$before" ] || fail "$1: the kprobe does not see it"
}

modprobe hookcore && modprobe hookcore_target threads=0 || fail "modules do not load"
[[ $(check) =~ site=target_add\+(0x[0-9a-f]+).*\ window=([0-9]+) ]] ||
	fail "cannot be hooked: $(check)"
site=${BASH_REMATCH[1]} window=${BASH_REMATCH[2]}
before=$(check)

places=0
for ((at = site; at < site + window; at++)); do
	# Where no instruction begins there is none.
	probe target_add+$at || continue
	unprobe
	places=$((places + 1))
	begin hookcore_basic
	probe target_add+$at || fail "cannot set a kprobe"
	refused "a kprobe at $at, not armed"
	arm 1
	works "armed after the refusal"
	arm 0
	unprobe

	begin hookcore_basic
	probe target_add+$at || fail "cannot set a kprobe"
	arm 1
	refused "a kprobe at $at, armed"
	works "armed before the refusal"
	arm 0
	unprobe
	equal "the function" "$(check)" "$before"
done
[ "$places" -gt 0 ] || fail "no kprobe can be set in the window: this proves nothing"

echo "-- and without a kprobe it is hooked"
begin hookcore_basic
end || fail "refused: $(dmesg | tail -n 1)"
equal "sum" "$(cat $sum)" 3
rmmod hookcore_basic
equal "the function" "$(check)" "$before"

echo "-- without the look it is written over"
begin hookcore_basic
probe target_add+$((site)) || fail "cannot set a kprobe"
echo 1 >$hookcore/unsafe_no_kprobe_check
end || fail "refused all the same: somebody else has seen the kprobe"
rmmod hookcore_basic || fail "cannot unhook"
echo 0 >$hookcore/unsafe_no_kprobe_check
unprobe
equal "the function" "$(check)" "$before"
rmmod hookcore_target hookcore || fail "cannot unload"
