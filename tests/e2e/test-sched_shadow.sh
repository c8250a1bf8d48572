#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while a live patch bypasses a hook of the plugin every group is NORMAL, and no
# proves: policy can be set; when it has gone, one can
# kernels: all-long

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

has_policy()
{
	[ "$(cat $groups/web/cpu.real_policy)" = "$1" ]
}

no_patch()
{
	[ -z "$(ls /sys/kernel/livepatch)" ]
}

sched_load
group_make web 1
group_make other 2
group_run web "$sched" hogs 2 1000 &
group_run other "$sched" churn 1000 &
sleep 1
[ "$(group_stat web guard_rotations)" -gt 0 ] || fail "the list is not in use"

echo "-- a live patch comes"
insmod /vk/modules/sched_livepatch.ko || fail "cannot patch"
wait_until 10 has_policy 0 || fail "nobody noticed"
equal "policy of the other" "$(cat $groups/other/cpu.real_policy)" 0
group_has_no_list web && group_has_no_list other || fail "a list is left"
said | grep -q "vkernel_sched: every group is NORMAL" || fail "nothing in the log"
refused "busy" put 1 $groups/web/cpu.real_policy
put 0 $groups/web/cpu.real_policy || fail "cannot be NORMAL"
group_make late
refused "busy" put 2 $groups/late/cpu.real_policy

echo "-- and goes"
echo 0 >/sys/kernel/livepatch/sched_livepatch/enabled || fail "cannot switch the patch off"
wait_until 20 no_patch || fail "the patch is left"
rmmod sched_livepatch || fail "cannot unload the patch"
wait_until 10 put 1 $groups/web/cpu.real_policy || fail "still refused"
equal "policy of the other" "$(cat $groups/other/cpu.real_policy)" 0
before=$(group_stat web guard_rotations)
sleep 1
[ "$(group_stat web guard_rotations)" -gt "$before" ] || fail "the list is not in use"
for name in web other; do
	group_sound $name
	group_remove $name
done
group_remove late
wait 2>/dev/null
sched_unload
