#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: readers of a container's log that sleep wake up when it is detached; the
# proves: plugin unloads while they have it open, and they never see the host's
# kernels: all
# long
# smp: 2
# timeout: 1800
# append: printk.devkmsg=on preempt=full

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
unload_under_stuck()
{
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
}
lacks userfaultfd grep -q " userfaultfd_ioctl$" /proc/kallsyms || unload_under_stuck

# is_inside WHERE: the opener.
is_inside()
{
	[ "$(cat /sys/module/log_late/parameters/inside)" = "$1" ]
}

# open_late NUMBER: unload while one that opens is behind that access to its mode.
# It does not have so many if the compiler does with fewer.
open_late()
{
	local rmmod

	modprobe vkernel_log || fail "does not load again"
	mkdir $vkernels/a/log && vkernel_arm a a || fail "cannot arm again"
	modprobe log_late access="$1" || fail "no hook"
	rm -f "$root/late" "$root/held"
	inside a "klog hold /late >/held &" >/dev/null
	wait_until 10 is_inside 1 || fail "nobody opens"
	echo 0 >$vkernels/a/pid && rmdir $vkernels/a/log || fail "cannot detach"
	echo 1 >/sys/module/log_late/parameters/go
	wait_until 2 is_inside 2 && stopped=$((stopped + 1))
	rmmod vkernel_log || fail "cannot unload"
	wait_until 20 said_by held ready || fail "it does not open: $(cat "$root/held")"
	rmmod log_late || fail "cannot unload the hook"
	echo host-3 >/dev/kmsg
	touch "$root/late"
	wait_until 10 grep -q E "$root/held" || fail "it does not read on"
	equal "opened late, $1" "$(paste -sd ' ' <"$root/held")" "ready EBADF"
}

echo "-- unloaded, with one in the middle of an open"
stopped=0
for access in 1 2 3 4; do
	open_late $access
done
[ $stopped -ge 2 ] || fail "stopped $stopped times only"

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
log_remove a
unload_all || fail "cannot unload"
