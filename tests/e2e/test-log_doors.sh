#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: by each door to the kernel log a container finds its own records and no
# proves: others, numbered from 0; the host finds all; clearing is each one's own
# kernels: all-long
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

# As Debian's kernels have it.
sysctl -qw kernel.dmesg_restrict=1
# What the kernel answers without any of this.
"$programs/letter" >/tmp/letter || fail "no answers: $(cat /tmp/letter)"
log_load || fail "modules do not load"

echo "-- two containers, one without the plugin, one with the host's pids"
for name in a b; do
	log_vkernel $name && log_start $name || fail "cannot start $name"
done
mkdir $vkernels/plain && log_start plain || fail "cannot start plain"
log_bundle hostpid
sed -i 's/{ "type": "pid" }, //' $bundles/hostpid/config.json
container_create hostpid && container_start hostpid || fail "no hostpid"

echo host-1 >/dev/kmsg
inside a klog write a-1 a-2
inside b klog write b-1
echo host-2 >/dev/kmsg
inside a klog write a-3

# sees NAME WANTED: by all doors that take nothing away.
sees()
{
	equal "$1: READ_ALL" "$(inside "$1" klog action 3 | texts)" "$2"
	equal "$1: dmesg" "$(inside "$1" dmesg | texts)" "$2"
	equal "$1: /dev/kmsg" "$(inside "$1" klog set | texts)" "$2"
	equal "$1: nested" "$(inside "$1" unshare -p -f klog action 3 | texts)" "$2"
}

# marks: of what the host sees only what was written here.
marks()
{
	grep -o '\(a\|b\|host\)-[0-9]*$' | paste -sd ' '
}

echo "-- each its own"
sees a "a-1 a-2 a-3"
sees b "b-1"
all="host-1 a-1 a-2 b-1 host-2 a-3"
equal "the host: dmesg" "$(dmesg | marks)" "$all"
equal "the host: /dev/kmsg" "$("$programs/klog" set | marks)" "$all"
equal "with the host's pids" "$(inside hostpid klog action 3 | marks)" "$all"
equal "without the plugin" "$(inside plain klog action 3 | marks)" "$all"
equal "a: numbers" "$(inside a klog set | cut -d ' ' -f 1 | paste -sd ' ')" "0 1 2"
equal "a: from the end" "$(inside a klog end)" ""
owners=$(sed -n 's/^\([^ ]*\) .*\] \(\(a\|b\|host\)-[0-9]\)$/\1:\2/p' \
	/sys/kernel/debug/vkernel_log/log | paste -sd ' ')
equal "owners" "$owners" "-:host-1 a:a-1 a:a-2 b:b-1 -:host-2 a:a-3"
equal "records" "$(cat $vkernels/a/log/records $vkernels/b/log/records | paste -sd ' ')" "3 1"

echo "-- sizes, and what READ and /proc/kmsg take away"
unread=$(inside a klog action 9)
size=$(inside a klog action 2 | wc -c)
equal "SIZE_UNREAD" "$unread" "$size"
equal "and now" "$(inside a klog action 9)" 0
equal "proc, all read" "$(inside a klog proc)" EAGAIN
equal "b: proc" "$(inside b klog proc | texts)" "b-1"
equal "b: proc, again" "$(inside b klog proc)" EAGAIN
inside a klog write a-4
first=$(inside a klog action 2 5)
equal "a part of a line" "${#first}" 5
equal "and the rest" "$first$(inside a klog action 2)" \
	"$(inside a klog action 3 | tail -n 1)"
equal "the newest that fit" "$(inside a klog action 3 "$size" | texts)" \
	"a-2 a-3 a-4"
equal "SIZE_BUFFER" "$(inside a klog action 10)" "$("$programs/klog" action 10)"
equal "no such action" "$(inside a klog action 11)" EINVAL
equal "no size" "$(inside a klog action 3 0)" ""
equal "a size below 0" "$(inside a klog action 3 -1)" EINVAL
equal "nowhere to" "$(inside a klog null 3)" EINVAL
equal "level 9" "$(inside a klog action 8 9)" EINVAL
level=$(cut -f 1 /proc/sys/kernel/printk)
equal "level 3" "$(inside a klog action 8 3)" 0
equal "shown" "$(cat $vkernels/a/log/console_level)" 3
inside a klog action 6 >/dev/null
equal "off" "$(cat $vkernels/a/log/console_level)" \
	"$(cut -f 3 /proc/sys/kernel/printk)"
inside a klog action 7 >/dev/null
equal "on" "$(cat $vkernels/a/log/console_level)" 3
equal "the host's" "$(cut -f 1 /proc/sys/kernel/printk)" "$level"

echo "-- clear"
equal "dmesg -c" "$(inside a dmesg -c | texts)" "a-1 a-2 a-3 a-4"
equal "a: READ_ALL" "$(inside a klog action 3)" ""
equal "a: /dev/kmsg" "$(inside a klog set | texts)" "a-1 a-2 a-3 a-4"
equal "a: since the clearing" "$(inside a klog data)" ""
sees b "b-1"
equal "the host" "$(dmesg | marks)" "$all a-4"
inside a klog write a-5
equal "a: new ones" "$(inside a klog action 3 | texts)" "a-5"
inside b klog action 5 >/dev/null
equal "b: CLEAR" "$(inside b klog action 3)" ""
dmesg -c >/dev/null
inside b klog write b-2
equal "the host cleared its own" "$(inside a klog action 3 | texts)" "a-5"
echo 1 >$vkernels/a/log/clear
equal "the host cleared a's" "$(inside a klog action 3)" ""

echo "-- own faults, and what is said of others"
inside a klog crash 1
fault=$(inside a klog action 3)
[[ $fault == *"klog["*"segfault at 10 "*"Code:"* ]] || fail "no fault: $fault"
echo "ok: a: its own fault"
equal "b: not its fault" "$(inside b klog action 3 | texts)" "b-2"
inside a "echo h >/proc/sysrq-trigger"
equal "own: no sysrq" "$(inside a klog action 3 | grep -c sysrq)" 0
grep -q '^a .*sysrq: HELP' /sys/kernel/debug/vkernel_log/log ||
	fail "sysrq is not marked as a's"
echo all >$vkernels/a/log/mode
inside a "echo h >/proc/sysrq-trigger"
equal "all: sysrq" "$(inside a klog action 3 | grep -c sysrq)" 1
echo own >$vkernels/a/log/mode
refused "Invalid argument" put some $vkernels/a/log/mode

echo "-- permission"
equal "restricted" "$(inside a klog as-nobody action 3)" EPERM
equal "restricted, size" "$(inside a klog as-nobody action 10)" EPERM
echo 0 >$vkernels/a/log/dmesg_restrict
[[ $(inside a klog as-nobody action 3) == *segfault* ]] || fail "not free"
equal "free, but to clear" "$(inside a klog as-nobody action 5)" EPERM
equal "free, but to take away" "$(inside a klog as-nobody action 2)" EPERM
equal "b's are not" "$(inside b klog as-nobody action 3)" EPERM
equal "nor the host's" "$(inside hostpid klog as-nobody action 3)" EPERM
equal "free: /dev/kmsg" "$(inside a klog as-nobody set | grep -c segfault)" 1
equal "free, but its mode: /proc/kmsg" "$(inside a klog as-nobody proc)" EACCES
echo 1 >$vkernels/a/log/dmesg_restrict
equal "restricted: /dev/kmsg" "$(inside a klog as-nobody set)" EPERM
# It maps nobody: what an unprivileged program may do as well.
equal "in a user namespace of its own" "$(inside a unshare -U klog action 3)" EPERM
equal "and /dev/kmsg" "$(inside a unshare -U klog set)" EPERM
[[ $(inside a unshare -n klog action 3) == *segfault* ]] || fail "nor without one"
echo "ok: but not without one"

echo "-- a descriptor shows what it showed whom it was opened by"
inside_begin b klog hold /go
wait_until 30 has b ready || fail "b does not hold"
holder=$(pgrep -f 'klog hold')
"$programs/klog" lend "$holder" 3 crun --cgroup-manager=cgroupfs exec a klog stdin >/tmp/out 2>&1
equal "b's, passed on to a" "$(texts </tmp/out)" "b-1 b-2"
equal "what a opens itself" "$(inside a klog set | grep -c 'b-[12]$')" 0
touch $bundles/b/rootfs/go
wait_until 30 test -e $bundles/b/rootfs/out || fail "b holds on"
rm $bundles/b/rootfs/go
inside_begin b klog hold /go
wait_until 30 has b ready || fail "b does not hold"
holder=$(pgrep -f 'klog hold')
equal "b's, read by the host" "$("$programs/klog" steal "$holder" 3 | texts)" \
	"b-1 b-2"
touch $bundles/b/rootfs/go
wait_until 30 test -e $bundles/b/rootfs/out || fail "b holds on"
crun --cgroup-manager=cgroupfs exec a klog stdin </dev/kmsg >/tmp/out 2>&1 &
wait_until 30 grep -q host-2 /tmp/out || fail "the host's, read by a: $(cat /tmp/out)"
kill $! 2>/dev/null
pkill -f 'klog stdin'
echo "ok: the host's, read by a"

echo "-- around the ring, read by nobody and read by one"
rm -f $bundles/b/rootfs/go
inside_begin b klog hold /go
wait_until 30 has b ready || fail "b does not hold"
inside_begin a klog follow
wait_until 30 has a ready || fail "a does not follow"
# The debug kernel's ring is larger.
ring=$("$programs/klog" action 10)
"$programs/klog" flood host-f $((ring / 26))
echo "ok: a hears nothing: $(grep -c . $bundles/a/rootfs/out.new)"
equal "a: silent" "$(cat $bundles/a/rootfs/out.new)" ready
pkill -f 'klog follow'
wait_until 30 test -e $bundles/a/rootfs/out || fail "a follows on"
count=$(cat $vkernels/a/log/visible)
inside a klog write a-6 a-7
equal "a: what is left" "$(inside a klog action 3 | texts)" "a-6 a-7"
equal "a: numbers go on" "$(inside a klog set | paste -sd ' ')" \
	"$count a-6 $((count + 1)) a-7"
touch $bundles/b/rootfs/go
wait_until 30 test -e $bundles/b/rootfs/out || fail "b holds on"
equal "b: lost two" "$(paste -sd ' ' <$bundles/b/rootfs/out)" "ready EPIPE"

echo "-- gone, and a new one"
log_remove a
grep -q '^? .* a-7$' /sys/kernel/debug/vkernel_log/log || fail "a-7 has an owner"
log_vkernel a && log_start a || fail "cannot start a anew"
equal "nothing of the old" "$(inside a klog action 3)$(inside a klog set)" ""
inside a klog write new-1
equal "numbers begin again" "$(inside a klog set)" "0 new-1"

echo "-- to the letter"
inside a letter >/tmp/letter-a
diff /tmp/letter /tmp/letter-a || fail "another answer than the kernel's own"
echo "ok: $(wc -l </tmp/letter) answers are the kernel's own"

echo "-- a container with a user namespace"
log_bundle user
chmod 666 /dev/kmsg
chown -R 100000:100000 $bundles/user/rootfs
sed -i 's|"namespaces": \[|"uidMappings": [ { "containerID": 0, "hostID": 100000, "size": 65536 } ], "gidMappings": [ { "containerID": 0, "hostID": 100000, "size": 65536 } ], & { "type": "user" },|' \
	$bundles/user/config.json
log_vkernel user && container_create user && vkernel_arm user user &&
	container_start user || fail "cannot start user"
inside user klog write user-1
equal "user: READ_ALL" "$(inside user klog action 3 | texts)" user-1
equal "user: /dev/kmsg" "$(inside user klog set)" "0 user-1"
equal "user: restricted" "$(inside user klog as-nobody action 3)" EPERM

container_remove plain
container_remove hostpid
log_remove a b user
wait_until 10 vkernel_is plain dead
rmdir $vkernels/plain
unload_all || fail "cannot unload"
