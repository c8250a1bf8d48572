#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the host sees each line of the log behind its owner's name; nothing that a
# proves: container writes forges one, not even while the log is being overwritten
# kernels: all-long
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

vkctl=/vk/vkctl
all=/sys/kernel/debug/vkernel_log/log
# As long as those that Docker and Podman give.
name=$(printf %064d 7)

log_load || fail "modules do not load"
log_vkernel "$name" && log_start "$name" || fail "cannot start"

echo "-- what it writes"
inside "$name" "printf 'one\nhost: two\n' >/dev/kmsg; printf '\r-            [    1.000000] forged\n' >/dev/kmsg; printf '\377\033[2J\\\\x41\n' >/dev/kmsg"
equal "lines behind its name" "$(grep -c "^$name \[" $all)" 4
equal "what they are" "$(sed -n "s/^$name \[[^]]*\] //p" $all | paste -sd '|')" \
	'one|host: two|\x0d-            [    1.000000] forged|\xff\x1b[2J\x5cx41'
equal "bytes that steer a terminal" "$(LC_ALL=C grep -c '[^ -~]' $all)" 0
equal "vkctl log NAME" "$($vkctl log "$name" | texts)" \
	'one host: two \x0d-            [    1.000000] forged \xff\x1b[2J\x5cx41'
equal "vkctl log --all" "$($vkctl log --all | grep -c "^$name \[")" 4
equal "as JSON, owners" "$($vkctl log --all --json | grep -o '"owner": "[^"]*"' | sort -u | paste -sd ' ')" \
	"\"owner\": \"-\" \"owner\": \"$name\""
equal "as JSON, bytes that are none of it" \
	"$($vkctl log --all --json | LC_ALL=C grep -c '[^ -~]')" 0

echo "-- two long names"
base=$(printf 'n%.0s' {1..150})
for end in 1 2; do
	log_vkernel "$base$end" || fail "no vkernel of a long name"
done
for end in 1 2; do
	equal "vkctl log of name $end" "$($vkctl log "$base$end" 2>&1)" ""
	rmdir $vkernels/"$base$end"/log $vkernels/"$base$end"
done

echo "-- overwritten while it is read"
dmesg -n 1
inside_begin "$name" "while [ ! -e /enough ]; do klog flood flood 1000; done"
wraps()
{
	head -n 1 $all | grep -q ' flood '
}
wait_until 60 wraps || fail "the ring does not fill"
# Between the look at a record and the question whose it is others take its place.
for _ in 1 2 3; do
	modprobe log_slow where=vkernel_log:record_ask wait_ms=1000 || fail "no probe"
	equal "its lines shown as another's" "$(grep -c '^[-?] .* flood ' $all)" 0
	equal "a look took its time" "$(cat /sys/module/log_slow/parameters/waited)" 1
	rmmod log_slow
done
touch "$bundles/$name/rootfs/enough"
wait_until 60 test -e "$bundles/$name/rootfs/out" || fail "it floods on"
dmesg -n 7

log_remove "$name"
unload_all || fail "cannot unload"
