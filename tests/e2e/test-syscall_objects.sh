#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: rules on files, addresses and namespaces are about what the kernel found
# proves: and copied, whatever way leads there: links, handles, magic links, a
# proves: root of one's own, io_uring, IPv4 in IPv6, TCP fast open, clone3; who has
# proves: none pays for none
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web/syscall

container_bundle web /bin/again /tmp/again
sed -i 's/"CAP_KILL"/"CAP_KILL", "CAP_DAC_READ_SEARCH", "CAP_NET_RAW"/' $bundles/web/config.json
mkdir -p "$bundles/web/rootfs/etc/some where"
echo secret | tee $bundles/web/rootfs/etc/{secret,other} >"$bundles/web/rootfs/etc/some where/it"
# A file of an overlay has another one below, which is copied when it is written.
mkdir -p /tmp/{lower,upper,work} $bundles/web/rootfs/mnt
echo secret | tee /tmp/lower/{secret,other} >/tmp/upper/mine
mount -t overlay overlay $bundles/web/rootfs/mnt \
	-o lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work || fail "no overlay"
container_create web
vkernel_make web
vkernel_arm web web && container_start web || fail "cannot start"
nsenter --target "$(container_pid web)" --net ip link set lo up || fail "no network"

# rules LINE...: these, and no other.
rules()
{
	local line

	echo 1 >$vk/reset
	for line in "$@"; do
		echo "$line" >$vk/object_add || fail "no rule: $line"
	done
	echo 1 >$vk/commit || fail "no commit"
}

# Can this kernel judge addresses at all?
sockets()
{
	grep -q ' security_socket_connect$' /proc/kallsyms
}

# reach WHAT...: "WAY RESULT" of all ways, on one line.
reach()
{
	container_exec web /bin/reach "$@" | paste -sd,
}

# all RESULT WAY...: those with that result, in the form of reach.
all()
{
	local way list=

	for way in "${@:2}"; do
		list+="$way $1,"
	done
	echo -n "$list"
}

files="both int80 openat2 symlink dots root folder fd handle uring worker tree personality"
connects="connect nowhere bound_nowhere mapped_nowhere mapped nowhere6 fastopen fastopen_option uring_connect"
sends="sendto unspec sendmmsg uring_sendmsg"

hooks=/sys/kernel/debug/hookcore/hooks

echo "-- hooked with the first rule, not before"
hooked() { grep -c '^ksys_unshare .*owner=vkernel_syscall' $hooks; }
equal "so far" "$(hooked)" 0
# Behind the nop of ftrace, wherever that is.
for offset in 9 5; do
	echo "p:taken ksys_unshare+$offset" >/sys/kernel/tracing/kprobe_events &&
		echo 1 >/sys/kernel/tracing/events/kprobes/taken/enable && break
done 2>/dev/null
echo "clone newuts EPERM" >$vk/object_add
refused "busy" put 1 $vk/commit
said | tail -n 1 | grep "cannot hook ksys_unshare: kprobe in the window" || fail "no reason"
equal "none is in force" "$(cat $vk/objects)" ""
equal "nor any hook" "$(hooked)" 0
echo 0 >/sys/kernel/tracing/events/kprobes/taken/enable
echo >/sys/kernel/tracing/kprobe_events
echo 1 >$vk/commit || fail "control: refused without the kprobe, too"
equal "in force" "$(cat $vk/objects)" "clone newuts EPERM"
equal "hooked" "$(hooked)" 1
echo 1 >$vk/reset
echo 1 >$vk/commit

# shellcheck disable=SC2086 # lists of words
{
echo "-- without a rule all can be reached"
equal "file" "$(reach open /etc/secret)," "$(all ok open write $files memory chroot)"
! sockets || equal "address" "$(reach net 7000)," \
	"$(all ok $connects $sends bind bind6 loopback6 elsewhere)"
equal "namespace" "$(reach clone)," "$(all ok clone clone3 unshare other fork)"

echo "-- files"
rules "open /etc/secret EACCES"
equal "by every way" "$(reach open /etc/secret)," \
	"$(all EACCES open write $files)memory ok,chroot EACCES,"
# Below a mount that is nowhere, a file could be any.
equal "another one" "$(reach open /etc/other)," \
	"$(all ok open write ${files% tree*})$(all EACCES tree personality)$(all ok memory chroot)"
equal "a namespace's" "$(reach open /proc/self/ns/uts | cut -d, -f 1)" "open ok"
equal "for the host" "$(cat $bundles/web/rootfs/etc/secret)" secret
rules "open /etc/secret write EROFS"
equal "only to write" "$(reach open /etc/secret)," \
	"open ok,write EROFS,both EROFS,$(all ok ${files#both } memory chroot)"
rules "open /etc/secret write allow" "open /etc/* read ENOENT"
equal "to write, and to read and write" "$(reach open /etc/secret | cut -d, -f 1-3)" \
	"open ENOENT,write ok,both ENOENT"
rules "open /etc/other allow" "open /etc/some\\040where/* read EPERM" \
	"open /etc/* read ENOENT"
equal "the first one counts" "$(reach open /etc/other | cut -d, -f 1)" "open ok"
equal "the last one" "$(reach open /etc/secret | cut -d, -f 1,2)" \
	"open ENOENT,write ok"
equal "with a blank" "$(reach open "/etc/some where/it" | cut -d, -f 1)" "open EPERM"
equal "shown" "$(paste -sd, $vk/objects)" \
	'open /etc/other any allow,open /etc/some\040where/* read EPERM,open /etc/* read ENOENT'
equal "shown in debugfs" "$(cat /sys/kernel/debug/vkernel_syscall/web/objects)" \
	"$(cat $vk/objects)"

touch "$bundles/web/rootfs/etc/star*" $bundles/web/rootfs/etc/star+
rules 'open /etc/star\052 EPERM'
equal "a star that is the name's" "$(reach open '/etc/star*' | cut -d, -f 1),$(
	reach open /etc/star+ | cut -d, -f 1)" "open EPERM,open ok"
equal "shown as it is" "$(cat $vk/objects)" 'open /etc/star\052 any EPERM'
rules 'open /etc/st\052* EPERM' 'open /etc/star* EACCES'
equal "and one that is not" "$(reach open '/etc/star*' | cut -d, -f 1)" "open EACCES"

rules "open /mnt/secret EPERM" "open /nowhere EPERM"
equal "in an overlay" "$(reach open /mnt/secret | cut -d, -f 1-3)" \
	"open EPERM,write EPERM,both EPERM"
[ ! -e /tmp/upper/secret ] || fail "copied, though it was not opened"
equal "another one there" "$(reach open /mnt/other | cut -d, -f 1-3)" \
	"open ok,write ok,both ok"
equal "one that was there" "$(reach open /mnt/mine | cut -d, -f 1-3)" \
	"open ok,write ok,both ok"

echo "-- addresses"
if lacks "security hooks for sockets" sockets; then
	refused "not supported" put "connect any EPERM" $vk/object_add
else
rules "connect 127.0.0.0/8 7000-7009 ECONNREFUSED" "send 127.0.0.1 7000 EACCES" \
	"bind any 7005 EADDRINUSE"
equal "by every way" "$(reach net 7000)," \
	"$(all ECONNREFUSED $connects)$(all EACCES $sends)$(all EADDRINUSE bind bind6
	)$(all ok loopback6 elsewhere)"
equal "another port" "$(reach net 7010)," \
	"$(all ok $connects $sends bind bind6 loopback6 elsewhere)"
# Who is bound to all addresses is bound to this one.
rules "bind 10.0.0.1 7005 EADDRINUSE" "bind 10.0.0.2 7006 EACCES"
equal "bound to all" "$(reach net 7000 | tr , '\n' | grep ' E' | paste -sd,)" \
	"bind EADDRINUSE,bind6 EADDRINUSE"
rules "connect ::1/128 EHOSTUNREACH" "send inet EPERM" "connect unix ENOENT"
equal "by family" "$(reach net 7000)," \
	"connect ok,$(all ok nowhere bound_nowhere mapped_nowhere mapped)nowhere6 EHOSTUNREACH,fastopen EPERM,fastopen_option ok,uring_connect ok,$(
	all EPERM $sends)bind ok,bind6 ok,loopback6 EHOSTUNREACH,elsewhere EPERM,"
equal "packets" "$(reach packet)," "packet ok,as_inet EPERM,as_inet6 ok,as_unspec ok,"
rules "send packet EPERM"
equal "packets, whatever their address says" "$(reach packet)," \
	"$(all EPERM packet as_inet as_inet6 as_unspec)"
# Nowhere is an address of this host's, whichever.
rules "connect 127.0.0.2 7000 EACCES" "connect 192.168.1.5 7000 EHOSTUNREACH"
equal "nowhere" "$(reach net 7000 | tr , '\n' | grep -v ' ok' | paste -sd,)" \
	"nowhere EACCES,bound_nowhere EACCES,mapped_nowhere EACCES"
equal "by another port" "$(reach net 7001 | grep -c ' ok,nowhere ok,')" 1
rules "connect ::ffff:127.0.0.1 EHOSTUNREACH"
equal "IPv4 in a rule of IPv6" "$(paste -sd, $vk/objects)" \
	"connect 127.0.0.1/32 EHOSTUNREACH"
fi

echo "-- namespaces"
rules "clone newuts|newtime EPERM"
equal "by every way" "$(reach clone)," "$(all EPERM clone clone3 unshare)$(all ok other fork)"
rules "clone newuts allow" "clone newipc|newuts EACCES"
equal "allowed alone" "$(reach clone | cut -d, -f 1)" "clone ok"
}

# flips: how often what was reached, as reach says, while its name changes.
flips()
{
	container_exec web /bin/reach flip /etc/one.txt /etc/two.txt 7000 | tee /tmp/flips
}

# flipped FILE|ADDRESS WHICH
flipped()
{
	sed -n "s/^$1:.* $2 \([0-9]*\).*/\1/p" /tmp/flips
}

echo "-- arguments that a second thread changes meanwhile"
echo one >$bundles/web/rootfs/etc/one.txt
echo two >$bundles/web/rootfs/etc/two.txt
objects='file'
rules "open /etc/one.txt EACCES"
if sockets; then
	objects+=" address"
	rules "open /etc/one.txt EACCES" "connect 127.0.0.1 7000 EACCES"
fi
flips
for object in $objects; do
	equal "the forbidden $object" "$(flipped "$object" one)" 0
	[ "$(flipped "$object" other)" -gt 0 ] && [ "$(flipped "$object" none)" -gt 0 ] ||
		fail "$object: nothing changed"
done
# Control: without the rules they are reached.
rules "open /nowhere EPERM"
flips
for object in $objects; do
	[ "$(flipped "$object" one)" -gt 0 ] || fail "control: $object never reached"
done

echo "-- said, with what it was about"
dmesg --clear
echo 1 >/sys/kernel/tracing/events/vkernel_syscall/deny/enable
rules "open /etc/secret log" "open /etc/other EPERM"
denied=$(cat $vk/denied)
equal "logged" "$(container_exec web /bin/busybox cat /etc/secret)" secret
container_exec web /bin/busybox cat /etc/other 2>/dev/null && fail "not denied"
equal "counted" "$(cat $vk/denied)" $((denied + 1))
equal "remembered" "$(cut -d ' ' -f 3-5,12- $vk/denials | head -n 2 | tr '\t\n' '|;')" \
	"x64 257 EPERM busybox|open /etc/other|open /etc/other any EPERM;x64 257 log\
 busybox|open /etc/secret|open /etc/secret any log;"
dmesg | grep -q 'web: busybox\[[0-9]*\]: x64 257 log open /etc/secret (open /etc/secret any log)' || fail "no line"
grep -q 'object=open /etc/other rule=open /etc/other any EPERM' /sys/kernel/tracing/trace || fail "not traced"

echo "-- what is no rule changes nothing"
before=$(cat $vk/objects)
for line in open "open /x" "open x EPERM" "open  /x EPERM" "open /x EPERM " \
	"open /x exec EPERM" "open /x kill_process" "open /x trap" "open /x errno:0" \
	"open /x 512" "open /x default" "open /x read write EPERM" "open * EPERM" \
	"connect 1.2.3 EPERM" "connect 1.2.3.4/33 EPERM" "connect ::/129 EPERM" \
	"connect 1.2.3.4/ EPERM" "connect 1.2.3.4 0-65536 EPERM" "connect x EPERM" \
	"connect 1.2.3.4 9-8 EPERM" "connect unix 1 EPERM" "bind 1.2.3.4 -1 EPERM" \
	"clone EPERM" "clone 0x0 EPERM" "clone 5 EPERM" "clone newfoo EPERM" \
	"clone newpid| EPERM" "clone newpid x EPERM" "unshare newpid EPERM" \
	"open /$(printf '%0300d' 0) EPERM"; do
	refused "nvalid argument" put "$line" $vk/object_add
done
echo 1 >$vk/commit
equal "none was added" "$(cat $vk/objects)" "$before"

echo "-- gone with the vkernel"
container_remove web
umount $bundles/web/rootfs/mnt
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web || fail "cannot remove"
[ ! -e /sys/kernel/debug/vkernel_syscall/web ] || fail "debugfs keeps it"
equal "the hook stays" "$(hooked)" 1
rmmod vkernel_syscall || fail "cannot unload the plugin"
equal "until the plugin goes" "$(hooked)" 0
unload_all || fail "cannot unload"
