#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a module does a call for one container and no other, rules still count,
# proves: it is busy while a task sleeps in it, a newer one takes over while the
# proves: container runs, and it can outlive the container
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"

# own PARAMETER...: the test module.
own()
{
	modprobe syscall_own "$@"
}

inside()
{
	container_exec "$@"
}

for name in web other; do
	container_bundle $name /bin/again /tmp/again
	container_create $name
	vkernel_make $name
	vkernel_arm $name $name && container_start $name || fail "cannot start"
done

echo "-- what cannot be replaced"
# What modprobe takes ENOENT for.
refused "Unknown symbol" own vkernel=nobody nr=110
refused "Invalid argument" own nr=110
refused "Invalid argument" own vkernel=web nr=99999
refused "Invalid argument" own vkernel=web door=3 nr=110
for nr in 15 60 219 231 169; do
	refused "not permitted" own vkernel=web nr=$nr
done
refused "not permitted" own vkernel=web door=1 nr=88

echo "-- one container's own (getpgid of itself)"
group=$(inside web /bin/call x64 111)
[ "$group" -lt 1000 ] || fail "before: $group"
own vkernel=web nr=111 add=100000 || fail "does not load"
[ "$(inside web /bin/call x64 111)" -ge 100000 ] || fail "not replaced"
[ "$(inside other /bin/call x64 111)" -lt 1000 ] || fail "other: replaced"
[ "$("$programs/call" x64 111)" -lt 100000 ] || fail "host: replaced"
[ "$(inside web /bin/call int80 65)" -lt 1000 ] || fail "int80: replaced"
equal "other calls" "$(inside web /bin/call x64 110)" 0
equal "errors stay" "$(inside web /bin/call x64 8 99 0 0)" EBADF
echo "x64 111 EACCES" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
equal "rules come first" "$(inside web /bin/call x64 111)" EACCES
echo "x64 111 log" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
[ "$(inside web /bin/call x64 111)" -ge 100000 ] || fail "log: not replaced"
refused "in use" rmmod vkernel_syscall
rmmod syscall_own || fail "cannot unload"
[ "$(inside web /bin/call x64 111)" -lt 1000 ] || fail "still replaced"
own vkernel=web door=1 nr=65 add=100000 || fail "does not load for ia32"
[ "$(inside web /bin/call int80 65)" -ge 100000 ] || fail "int80: not replaced"
[ "$(inside other /bin/call int80 65)" -lt 1000 ] || fail "int80: other: replaced"
[ "$(inside web /bin/call x64 111)" -lt 1000 ] || fail "x64: replaced"
rmmod syscall_own || fail "cannot unload"

echo "-- a newer one takes over, and no call goes to the kernel's own meanwhile"
own vkernel=web nr=111 add=100000 || fail "does not load"
# shellcheck disable=SC2016 # for the shell of the container
container_exec --detach web /bin/sh -c 'echo begun >/told
while [ ! -e /enough ]; do call x64 111; done >>/told; echo end >>/told'
told() { grep -q "$1" $bundles/web/rootfs/told 2>/dev/null; }
wait_until 20 told '^1[0-9]\{5\}$' || fail "nobody calls"
modprobe syscall_newer vkernel=web nr=111 add=200000 || fail "the newer one does not load"
wait_until 20 told '^2[0-9]\{5\}$' || fail "it does not take over"
rmmod syscall_own || fail "cannot unload the older one"
[ "$(inside web /bin/call x64 111)" -ge 200000 ] || fail "gone with the older one"
touch $bundles/web/rootfs/enough
wait_until 20 told '^end$' || fail "no end"
equal "calls that none of them did" "$(grep -c '^[0-9]\{1,5\}$' $bundles/web/rootfs/told)" 0
rmmod syscall_newer || fail "cannot unload"
[ "$(inside web /bin/call x64 111)" -lt 1000 ] || fail "still replaced"

echo "-- busy while a task is inside (pause)"
own vkernel=web nr=34 || fail "does not load"
inside web /bin/call x64 34 &
sleeper=$!
sleeping()
{
	[ "$(cat /sys/module/syscall_own/refcnt)" = 1 ]
}
wait_until 20 sleeping || fail "nobody sleeps in it"
refused "in use" rmmod syscall_own
pkill -f '^/bin/call x64 34' || fail "nobody to wake"
wait $sleeper
rmmod syscall_own || fail "cannot unload"

echo "-- gone with its vkernel"
own vkernel=other nr=111 add=100000 || fail "does not load"
container_remove other
wait_until 10 vkernel_is other dead || fail "not dead"
vkernel_remove other || fail "cannot remove"
rmmod syscall_own || fail "cannot unload"

container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web && unload_all || fail "cannot unload"
