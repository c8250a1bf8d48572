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

waits()
{
	grep -q 'state=waiting' $hooks
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore ${HOOKCORE_PARAMETERS:-} || fail "hookcore does not load"
for owner in stays goes; do
	modprobe hookcore_target threads=0 late=1 || fail "no target"
	[ -d /sys/module/hookcore_basic ] ||
		modprobe hookcore_basic follow=1 targets=hookcore_target:target_add ||
		fail "cannot hook"
	hooked 1 || fail "not hooked: $(cat /sys/kernel/debug/hookcore_basic/calls)"
	rmmod hookcore_target &
	wait_until 20 waits || fail "it waits for no module: $(cat $hooks)"
	[ $owner = stays ] || rmmod hookcore_basic || fail "the owner cannot go"
	wait $! || fail "the target cannot go"
	[ "$(dmesg | grep -c 'hookcore_target: late: 3$')" = $((++calls)) ] ||
		fail "$owner: it returned otherwise: $(dmesg | grep 'late:')"
	if [ $owner = stays ]; then
		grep -q ' 1$' /sys/kernel/debug/hookcore_basic/calls || fail "it is hooked still"
		rmmod hookcore_basic
	fi
	echo "ok: the owner $owner: it is not hooked"
done

echo "-- by force"
modprobe hookcore_target threads=0 &&
	modprobe hookcore_basic targets=hookcore_target:target_add || fail "cannot hook"
refused "in use" rmmod hookcore_target
rmmod -f hookcore_target || fail "not by force"
equal "hooks" "$(cat $hooks)" ""
modprobe hookcore_target threads=0 || fail "no target"
equal "it returns" "$(cat /sys/module/hookcore_target/parameters/sum)" 3
rmmod hookcore_basic hookcore_target hookcore || fail "cannot unload"
