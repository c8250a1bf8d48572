#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container sees and sets its own value of a file in /proc/sys, and no
# proves: write of its reaches the host's; others and the host keep theirs
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modprobe hookcore && modprobe vkernel && modprobe vkernel_view || fail "not loaded"
swappiness=/proc/sys/vm/swappiness
echo 60 >$swappiness

# Opened before it was anybody's, at an offset, in pieces; a folder as well as a
# bind mount lead to the same file.
container_bundle web /bin/sh -c "
cat $swappiness
echo 101 >$swappiness || echo refused
cat $swappiness
echo 33 >$swappiness
cat $swappiness
dd if=$swappiness bs=1 skip=1 count=1 2>/dev/null; echo
printf '%s\n' a3 >$swappiness || echo refused
printf '\n' >$swappiness || echo refused
cat /proc/sys/kernel/printk_ratelimit
echo 1 >/proc/sys/kernel/printk_ratelimit || echo refused
mkdir /tmp/vm; mount -o bind /proc/sys/vm /tmp/vm; cat /tmp/vm/swappiness
mount -t proc proc /tmp/vm; cat /tmp/vm/sys/vm/swappiness
unshare -p -f cat $swappiness
setpriv --nnp true 2>/dev/null; chroot / cat /proc/sys/vm/overcommit_ratio"
container_bundle plain /bin/sh -c "cat $swappiness; echo 61 >$swappiness; cat $swappiness"

container_create web && container_create plain || fail "cannot create"
mkdir $vkernels/{web,plain} $vkernels/web/view || fail "no vkernel"
vkernel_arm web web && vkernel_arm plain plain || fail "cannot arm"
container_start web
container_wait web
equal "inside" "$(grep -v "sh: \|^dd" $bundles/web/output | paste -sd' ')" \
	"60 refused 60 33 3 refused refused 77 refused 33 33 33 50"
equal "the host's" "$(cat $swappiness)" 60
ratelimit=$(cat /proc/sys/kernel/printk_ratelimit)
[ "$ratelimit" != 77 ] || fail "the host sees a container's value"

# Control: a container without the plugin reads and writes the host's.
container_start plain
container_wait plain
equal "without the plugin" "$(paste -sd' ' $bundles/plain/output)" "60 61"
equal "the host's then" "$(cat $swappiness)" 61

container_remove web
container_remove plain
rmdir $vkernels/web/view $vkernels/web $vkernels/plain || fail "cannot remove"
rmmod vkernel_view && unload_all || fail "cannot unload"
equal "after the unloading" "$(cat $swappiness)" 61
