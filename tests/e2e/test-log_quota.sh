#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container that fills the log, or crashes in a loop, neither pushes out
# proves: the host's records nor silences the others; what was dropped is counted
# kernels: all-long
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
for name in a b; do
	mkdir $vkernels/$name $vkernels/$name/log || fail "no vkernel"
	log_start $name || fail "cannot start $name"
done

host_has()
{
	dmesg | grep -q "$1"
}

counter()
{
	cat $vkernels/a/log/"$1"
}

echo "-- as it is: a share, and what comes back"
equal "quota" "$(cat $vkernels/a/log/{quota,quota_rate} | paste -sd ' ')" "16384 256"
echo host-1 >/dev/kmsg
inside a klog flood flood 20000
wrote=$(counter records)
equal "written or dropped" $((wrote + $(counter dropped))) 20000
[ "$wrote" -ge 350 ] && [ "$wrote" -le 700 ] || fail "$wrote were written"
host_has host-1 || fail "pushed out"
echo "ok: the host's are still there, beside $wrote of 20000"
equal "too long a text is refused, not dropped" \
	"$(inside a klog write "$(printf 'x%.0s' {1..1100})")" EINVAL
inside b klog write b-1
host_has "b-1" || fail "b is silenced"
echo host-2 >/dev/kmsg
host_has host-2 || fail "the host is silenced"
echo "ok: nobody else is silenced"
left=$(counter records)
sleep 3
inside a klog flood again 100
[ "$(counter records)" -gt "$left" ] || fail "nothing came back"
echo "ok: after a while it may write again"

# too_fast SECONDS: does it write more than what comes back in that time? A record
# of these takes 38 bytes and more.
too_fast()
{
	local records begin end

	inside a klog flood flood 2000
	records=$(counter records)
	begin=$(cut -d . -f 1 /proc/uptime)
	inside a "klog flood rate 1000000 & sleep $1; kill \$!" >/dev/null
	end=$(cut -d . -f 1 /proc/uptime)
	records=$(($(counter records) - records))
	echo "$records records in $((end - begin)) s"
	[ $((records * 38)) -gt $(((end - begin + 1) * 256)) ]
}

too_fast 10 && fail "faster than its rate"
echo 4000 >$vkernels/a/log/quota_rate
too_fast 2 || fail "nor with another rate: this proves nothing"
echo 256 >$vkernels/a/log/quota_rate
echo "ok: it writes as fast as its quota comes back"
mkdir $vkernels/c $vkernels/c/log && log_start c || fail "cannot start c"
inside_begin c klog flood also 20000
inside a klog flood flood 20000
wait_until 60 test -e $bundles/c/rootfs/out || fail "c floods on"
host_has host-1 || fail "pushed out by two"
echo "ok: nor do two at once push out the host's"
dropped=$(counter dropped)
crun --cgroup-manager=cgroupfs exec a klog flood-stdout 2000 >/dev/kmsg 2>/dev/null
[ "$(counter dropped)" -gt "$dropped" ] || fail "a file of the host's is a way around"
echo "ok: nor by a file that the host opened"

# said_of OWNER PATTERN: how often the kernel has said that of this one's.
said_of()
{
	grep -c "^$1 .*klog\[.*$2" /sys/kernel/debug/vkernel_log/log
}

a_is_limited()
{
	[ "$(said_of a "$1")" -ge 10 ]
}

# crashes KIND PATTERN: a does it in a loop; the others' are said all the same.
crashes()
{
	echo "-- crashes in a loop: $1"
	inside_begin a "while [ ! -e /enough ]; do klog crash 20 $1; done"
	wait_until 60 a_is_limited "$2" || fail "a does not crash"
	for _ in 1 2 3; do
		inside b klog crash 1 "$1"
		"$programs/klog" crash 1 "$1"
		sleep 1
	done
	touch $bundles/a/rootfs/enough
	wait_until 60 test -e $bundles/a/rootfs/out || fail "a crashes on"
	rm $bundles/a/rootfs/enough
	equal "b's are said" "$(said_of b "$2")" 3
	equal "the host's are said" "$(said_of - "$2")" 3
}

crashes null "segfault at 10 "
if ! lacks vsyscalls grep -q " warn_bad_vsyscall\$" /proc/kallsyms; then
	crashes vsyscall "vsyscall attempted"
fi

echo "-- without a quota it would be pushed out"
echo 0 >$vkernels/a/log/quota
inside a klog flood flood 6000
host_has host-1 && fail "it would not: this proves nothing"
echo "ok: it is"

log_remove a b c
unload_all || fail "cannot unload"
