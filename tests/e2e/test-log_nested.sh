#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a vkernel inside another one sees no more of the log than that one, not
# proves: even at the moment in which it is given a log of its own
# kernels: all-long
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
log_vkernel a && log_start a || fail "cannot start"
root=$bundles/a/rootfs
echo host-1 >/dev/kmsg
inside a klog write a-1

# hunted WORD: how many records of the host's klog says it has seen.
hunted()
{
	sed -n "s/^$1 //p" "$root/hunted"
}

echo "-- its log, in the making"
inner="until [ -e /go ]; do sleep 0.1; done; klog hunt host- /stop >/hunted"
inner+="; while [ -e /stop ]; do sleep 0.1; done; klog flood b-line 1000"
inside_begin a "unshare -p -f sh -c '$inner'"
wait_until 20 nested_exists || fail "no nested namespace"
mkdir $vkernels/b && put "$(nested_init)" $vkernels/b/pid || fail "cannot arm"
touch "$root/go"
wait_until 30 test -e "$root/hunted" || fail "nobody hunts"
modprobe log_slow || fail "no probe"
mkdir $vkernels/b/log || fail "cannot give b a log"
equal "it took its time" "$(cat /sys/module/log_slow/parameters/waited)" 1
rmmod log_slow
sleep 1
touch "$root/stop"
wait_until 30 grep -q opened "$root/hunted" || fail "it hunts on"
[ "$(hunted opened)" -gt 20 ] || fail "it opened $(hunted opened) times only"
equal "of the host's, in $(hunted opened) times" "$(hunted seen)" 0
"$programs/klog" hunt host- / >"$root/hunted"
[ "$(hunted seen)" -ge 1 ] || fail "nobody would have noticed"
echo "ok: the host sees $(hunted seen)"

echo "-- what it may write is what both may"
echo 4000 >$vkernels/a/log/quota
echo 0 >$vkernels/a/log/quota_rate
echo 0 >$vkernels/b/log/quota
begin=$(cat $vkernels/b/log/records)
rm "$root/stop"
wait_until 60 test -e "$root/out" || fail "it does not write: $(cat "$root/out.new")"
wrote=$(($(cat $vkernels/b/log/records) - begin))
[ $wrote -ge 50 ] && [ $wrote -le 130 ] || fail "it wrote $wrote records"
equal "dropped" $((wrote + $(cat $vkernels/b/log/dropped))) 1000

container_remove a
for name in b a; do
	wait_until 10 vkernel_is $name dead || fail "$name lives"
	rmdir $vkernels/$name/log $vkernels/$name
done
unload_all || fail "cannot unload"
