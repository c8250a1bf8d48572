#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: readers of a container's log that sleep wake up when it is detached; the
# proves: plugin unloads while they have it open, and they never see the host's
# kernels: all
# timeout: 1800
# append: printk.devkmsg=on

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
log_vkernel a || fail "no vkernel"
log_start a || fail "cannot start"
root=$bundles/a/rootfs

# said_by FILE WORDS
said_by()
{
	[ "$(paste -sd ' ' <"$root/$1")" = "$2" ]
}

asleep()
{
	[ "$(pgrep -cf '^klog (sleep|follow|action 2)')" = 4 ]
}

echo "-- asleep"
inside a "klog sleep >/device & klog sleep-proc >/proc-file & klog action 2 >/syslog & klog follow >/poll &" >/dev/null
wait_until 30 asleep || fail "not all run: $(pgrep -af klog)"
wait_until 30 said_by poll ready || fail "no poll"
sleep 2
echo host-1 >/dev/kmsg
sleep 1
for file in device proc-file syslog; do
	said_by $file "" || fail "$file has read: $(cat "$root/$file")"
done
said_by poll ready || fail "poll has seen: $(cat "$root/poll")"
refused "in use" rmmod vkernel_log

echo "-- detached"
echo 0 >$vkernels/a/pid || fail "cannot detach"
wait_until 10 said_by device "first 0" || fail "device: $(cat "$root/device")"
wait_until 10 said_by proc-file "first 0" || fail "proc: $(cat "$root/proc-file")"
wait_until 10 said_by poll "ready gone" || fail "poll: $(cat "$root/poll")"
wait_until 10 eval '! pgrep -f "^klog action 2"' || fail "READ sleeps on"
said_by syslog "" || fail "READ: $(cat "$root/syslog")"
echo "ok: all awake"

echo "-- unloaded, with two files open"
begin=$SECONDS
rmdir $vkernels/a/log || fail "cannot take the plugin away"
rmmod vkernel_log || fail "cannot unload"
[ $((SECONDS - begin)) -le 30 ] || fail "unloaded after $((SECONDS - begin)) s"
echo host-2 >/dev/kmsg
touch "$root/again"
wait_until 10 said_by device "first 0 then EBADF" || fail "device: $(cat "$root/device")"
wait_until 10 said_by proc-file "first 0 then EBADF" ||
	fail "proc: $(cat "$root/proc-file")"
echo "ok: they show nothing"

echo "-- unloaded, with one in the middle of a call"
modprobe vkernel_log || fail "does not load again"
mkdir $vkernels/a/log && vkernel_arm a a || fail "cannot arm again"
inside a "klog write a-1; klog stuck /give >/stuck &" >/dev/null
wait_until 30 said_by stuck ready || fail "not stuck: $(cat "$root/stuck")"
sleep 2
echo 0 >$vkernels/a/pid && rmdir $vkernels/a/log || fail "cannot detach"
rmmod vkernel_log &
rmmod=$!
sleep 3
[ -d /sys/module/vkernel_log ] || fail "it is gone already: nobody is stuck"
touch "$root/give"
wait_until 30 said_by stuck "ready EBADF" || fail "stuck: $(cat "$root/stuck")"
wait $rmmod || fail "cannot unload"
[ ! -d /sys/module/vkernel_log ] || fail "still there"
echo "ok: it reads no further"

echo "-- again and again, with readers that come and go"
modprobe vkernel_log || fail "does not load again"
mkdir $vkernels/a/log && vkernel_arm a a || fail "cannot arm again"
inside a "while :; do klog set; klog proc; klog action 3; done >/busy 2>&1 &" >/dev/null
for _ in 1 2 3; do
	echo 0 >$vkernels/a/pid && rmdir $vkernels/a/log && rmmod vkernel_log ||
		fail "cannot unload"
	modprobe vkernel_log && mkdir $vkernels/a/log && vkernel_arm a a ||
		fail "cannot load"
done
container_remove a
wait_until 10 vkernel_is a dead || fail "a lives"
rmdir $vkernels/a/log $vkernels/a
unload_all || fail "cannot unload"
