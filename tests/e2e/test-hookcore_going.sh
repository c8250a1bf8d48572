#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a function that is called after its module's end and before that is freed, as by
# proves: async_schedule(), is no longer hooked, also where the hook's owner has gone (the
# proves: control that must fail where the jump is left in it is hookcore_going_control); a
# proves: module that is removed by force takes a hook that does not follow with it
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

hooks=/sys/kernel/debug/hookcore/hooks

# hooked COUNT: so many calls were seen.
hooked()
{
	[ "$(cat /sys/module/hookcore_target/parameters/sum)" = 3 ] || fail "wrong sum"
	grep -q " $1\$" /sys/kernel/debug/hookcore_basic/calls
}

# follow_late: a hook, and a call that waits until its target's module has been told.
follow_late()
{
	modprobe hookcore_target threads=0 late=1 || fail "no target"
	modprobe hookcore_basic follow=1 targets=hookcore_target:target_add || fail "cannot hook"
}

# came_to_it WHAT: one more late call did.
came_to_it()
{
	[ "$(dmesg | grep -c 'hookcore_target: late: 3$')" = $((++calls)) ] ||
		fail "$1: it returned otherwise: $(dmesg | grep 'late:')"
}

none()
{
	[ ! -s $hooks ]
}

waits()
{
	grep -q 'state=waiting' $hooks
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
for owner in goes stays; do
	follow_late
	hooked 1 || fail "not hooked: $(cat /sys/kernel/debug/hookcore_basic/calls)"
	rmmod hookcore_target &
	target=$! basic=
	wait_until 60 waits || fail "it waits for no module: $(cat $hooks)"
	if [ $owner = goes ]; then
		# Before it is freed it waits for the call, too.
		rmmod hookcore_basic &
		basic=$!
		wait_until 60 none || fail "the owner does not go: $(cat $hooks)"
	fi
	echo 0 >/sys/module/hookcore_target/parameters/late
	wait $target && wait $basic || fail "the target, or the owner, cannot go"
	came_to_it $owner
	if [ $owner = stays ]; then
		grep -q ' 1$' /sys/kernel/debug/hookcore_basic/calls || fail "it is hooked still"
		rmmod hookcore_basic
	fi
	echo "ok: the owner $owner: it is not hooked"
done

echo "-- a kprobe that is not armed"
follow_late
site=$(sed -n 's/.* site=\([^ ]*\).*/\1/p' $hooks)
echo "p:jmp hookcore_target:${site%/*}" >/sys/kernel/tracing/kprobe_events || fail "no kprobe at $site"
rmmod hookcore_target &
wait_until 60 waits || fail "it waits for the kprobe: $(cat $hooks)"
echo 0 >/sys/module/hookcore_target/parameters/late
wait $!
came_to_it "a kprobe"
echo >/sys/kernel/tracing/kprobe_events
rmmod hookcore_basic
echo "ok: it is not hooked"

# The debug kernel can do that to no module.
if is_debug; then
	rmmod hookcore || fail "cannot unload"
	exit
fi
echo "-- by force"
modprobe hookcore_target threads=0 &&
	modprobe hookcore_basic targets=hookcore_target:target_add || fail "cannot hook"
refused "in use" rmmod hookcore_target
rmmod -f hookcore_target || fail "not by force"
equal "hooks" "$(cat $hooks)" ""
modprobe hookcore_target threads=0 || fail "no target"
equal "it returns" "$(cat /sys/module/hookcore_target/parameters/sum)" 3
rmmod hookcore_basic hookcore_target hookcore || fail "cannot unload"
