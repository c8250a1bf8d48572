#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the files of a group: on a cgroup filesystem of version 1 too; for its owner
# proves: without a capability, as cpu.weight, and for nobody else; as the parent's at
# proves: first; kept by a group; held open when the plugin goes; and what cannot work does not load
# kernels: all-long

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

v1=/tmp/v1

# not_loaded WHY: the log says so, and nothing is there.
not_loaded()
{
	said | grep -q "$1" || fail "not '$1': $(said)"
	grep -q '^vkernel_sched ' /proc/modules && fail "the module is left"
	! ls $groups/*/cpu.real_policy 2>/dev/null || fail "files are left"
	! grep vkernel_sched /sys/kernel/debug/hookcore/hooks || fail "hooks are left"
}

# as UID COMMAND...: without any capability.
as()
{
	setpriv --reuid="$1" --regid="$1" --clear-groups "${@:2}"
}

echo "-- what cannot work"
modprobe hookcore || fail "hookcore does not load"
dmesg --clear
refused "Invalid argument" modprobe vkernel_sched guard_max_us=999
not_loaded "vkernel_sched: not loaded: guard_max_us=999 is less than the least guard"
module=$(modinfo -F filename vkernel_sched)
# A member without a hole in front of it.
LC_ALL=C sed 's/exec_start\x00/load\x00\x00\x00\x00\x00\x00\x00/' "$module" >/tmp/altered.ko
cmp -s "$module" /tmp/altered.ko && fail "nothing to alter"
dmesg --clear
refused "not supported" insmod /tmp/altered.ko
not_loaded "vkernel_sched: not loaded: struct sched_entity of this kernel has no room"

echo "-- version 1"
modprobe vkernel_sched guard_max_us=50000 || fail "does not load"
mkdir $v1
mount -t cgroup -o cpu none $v1 || fail "no version 1"
mkdir $v1/web || fail "cannot make a group"
equal "guard, no more than may be written" "$(cat $v1/web/cpu.fifo_guard_us)" 50000
equal "counts of one that had no policy yet" "$(head -n 1 $v1/web/cpu.real_policy.stat)" "picks_fifo 0"
echo 1 >$v1/web/cpu.real_policy || fail "cannot set the policy"
equal "guard, with a policy" "$(cat $v1/web/cpu.fifo_guard_us)" 50000
refused "Invalid argument" put 50001 $v1/web/cpu.fifo_guard_us
put 50000 $v1/web/cpu.fifo_guard_us || fail "cannot set the guard"
(
	echo $BASHPID >$v1/web/cgroup.procs || exit
	exec "$sched" hogs 2 1
) || fail "no hogs"
count=$(sed -n 's/^picks_fifo //p' $v1/web/cpu.real_policy.stat)
[ "$count" -gt 0 ] || fail "the list was not asked"
grep -qx "mismatches 0" $v1/web/cpu.real_policy.stat || fail "mismatches"
echo "version 1: $count picks"
# With a policy, and gone with its group.
rmdir $v1/web && umount $v1 || fail "cannot end version 1"

echo "-- whose they are"
wait_until 10 put +cpu $groups/cgroup.subtree_control || fail "no cpu controller"
group_make web
echo +cpu >$groups/web/cgroup.subtree_control || fail "cannot nest"
chown 1000 $groups/web $groups/web/cgroup.procs
as 1000 mkdir $groups/web/own || fail "cannot make a group of one's own"
for file in cpu.weight cpu.real_policy cpu.fifo_guard_us; do
	equal "owner of $file" "$(stat -c %u $groups/web/own/$file)" 1000
done
as 1000 sh -c "echo 1 >$groups/web/own/cpu.real_policy" || fail "not its own"
equal "written by its owner" "$(cat $groups/web/own/cpu.real_policy)" 1
refused "Permission denied" as 1001 sh -c "echo 2 >$groups/web/own/cpu.real_policy"
refused "Permission denied" as 1000 sh -c "echo 1 >$groups/web/cpu.real_policy"
(
	echo $BASHPID >$groups/web/own/cgroup.procs || exit
	# shellcheck disable=SC2016 # the other shell's
	as 1000 unshare --user --map-root-user --cgroup --mount sh -c '
		mount -t cgroup2 none /mnt && echo 2 >/mnt/cpu.real_policy &&
		mkdir /mnt/more && rmdir /mnt/more'
) || fail "not from a namespace of its own"
equal "written from a namespace" "$(cat $groups/web/own/cpu.real_policy)" 2
rmdir $groups/web/own

echo "-- a new group begins as its parent is, and stays so"
echo 2 >$groups/web/cpu.real_policy && echo 20000 >$groups/web/cpu.fifo_guard_us ||
	fail "cannot set policy and guard"
group_make web/child
echo 1 >$groups/web/cpu.real_policy && echo 30000 >$groups/web/cpu.fifo_guard_us ||
	fail "cannot set policy and guard"
in_force=$(cat $groups/web/child/cpu.{real_policy,fifo_guard_us} | paste -sd' ')
equal "the child's" "$in_force" "2 20000"
in_force=$(cat $groups/web/cpu.{real_policy,fifo_guard_us} | paste -sd' ')
equal "the parent's" "$in_force" "1 30000"
rmdir $groups/web/child

echo "-- a group keeps the plugin, if who may unload it says so"
refused "Invalid argument" put 2 $groups/web/cpu.real_policy.held
put 1 $groups/web/cpu.real_policy.held && put 1 $groups/web/cpu.real_policy.held ||
	fail "cannot hold it"
equal "held" "$(cat $groups/web/cpu.real_policy.held)" 1
refused "in use" rmmod vkernel_sched
group_make web/child
equal "held by a new group below" "$(cat $groups/web/child/cpu.real_policy.held)" 0
chown 1000 $groups/web/child/cpu.real_policy.held
refused "Operation not permitted" as 1000 bash -c "echo 1 >$groups/web/child/cpu.real_policy.held"
put 1 $groups/web/child/cpu.real_policy.held || fail "cannot hold it twice"
put 0 $groups/web/cpu.real_policy.held || fail "cannot let it go"
refused "in use" rmmod vkernel_sched
rmdir $groups/web/child
wait_until 20 rmmod vkernel_sched || fail "held by a group that is gone"
modprobe vkernel_sched || fail "cannot load again"

echo "-- held open when the plugin goes"
echo 1 >$groups/web/cpu.real_policy || fail "cannot set the policy"
exec 5<$groups/web/cpu.real_policy.stat 6<>$groups/web/cpu.real_policy
rmmod vkernel_sched || fail "cannot unload"
refused "No such device" cat <&5
refused "No such device" bash -c "echo 2 >&6"
modprobe vkernel_sched || fail "cannot load again"
refused "No such device" cat <&5
equal "policy" "$(cat $groups/web/cpu.real_policy)" 0
exec 5<&- 6<&-
sched_unload
