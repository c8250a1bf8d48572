#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the kernel's own tests of khugepaged and MADV_COLLAPSE come to the same in
# proves: a container that has huge pages, while the host has none, as without the
# proves: modules, where they set the host's; the host's setting stays what it is
# long
# kernels: all
# bring: khugepaged
# mem: 3G
# timeout: 2000

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

series=6.1
[ ! -d $thp/hugepages-2048kB ] || series=6.12
watched=/tmp/watched

# Some of them want a page swapped out.
make_swap()
{
	if lacks "compressed swap" modprobe zram; then
		return
	fi
	echo 256M >/sys/block/zram0/disksize && mkswap -q /dev/zram0 &&
		swapon /dev/zram0 || fail "no swap"
}

# watch: what the host's file says, over and over, as it changes. By the shell
# alone: it is quick, and leaves no process behind when it is killed.
watch()
{
	local words last=

	: >$watched
	while read -r words <$thp/enabled; do
		words=${words#*[}
		[ "$words" = "$last" ] || echo "${words%]*}" >>$watched
		last=$words
		read -r -t 0.05 -u 9
	done
}

# run_tests HOST WHERE [SETTING...]: with that setting of the host's; what they say
# goes to WHERE, without colours and progress; under a vkernel, if there are settings.
run_tests()
{
	local host=$1 where=$2 watcher
	shift 2

	container_bundle web /bin/sh -c "mount -t sysfs sysfs /sys && cd /tmp || exit
for kind in all:anon all:shmem; do /bin/khugepaged \$kind; echo status \$?; done"
	cp "/vk/khugepaged/$series/khugepaged" $bundles/web/rootfs/bin/
	echo "$host" >$thp/enabled
	container_create web || fail "cannot create"
	if [ $# -gt 0 ]; then
		mm_make web "$@" && vkernel_arm web web || fail "no vkernel"
	fi
	watch &
	watcher=$!
	container_start web || fail "cannot start"
	wait_until 900 container_ended web || fail "no end"
	kill $watcher
	sed 's/\x1b\[[0-9;]*m//g; s/.*\r//; s/\.\.*/./g' $bundles/web/output >"$where"
	container_remove web
	echo "${where##*/}: $(grep -c '^Run test' "$where") tests," \
		"$(grep -c OK "$where") times OK, $(grep -c Fail "$where") times Fail," \
		"$(grep -c Timeout "$where") times Timeout; status" \
		"$(sed -n 's/^status //p' "$where" | paste -sd' ')"
}

mkfifo /tmp/quiet && exec 9<>/tmp/quiet
make_swap
# Where there are no huge pages to begin with, those of 6.12 skip everything.
run_tests always /tmp/plain
# What the kernel cannot do by itself it need not do in a container.
grep -B 3 'Fail\|Timeout' /tmp/plain
grep -q madvise $watched || fail "they do not set the host's"
mm_load || fail "modules do not load"
run_tests never /tmp/own thp_enabled=always writable=1
diff /tmp/plain /tmp/own || fail "they come to something else"
[ "$(grep -c OK /tmp/own)" -ge 50 ] || fail "few are OK"
equal "the host's, all the time" "$(paste -sd' ' $watched)" never
for counter in huge collapsed; do
	[ "$(cat $vkernels/web/mm/thp_$counter)" -ge 4 ] || fail "$counter: too few"
done
wait_until 20 vkernel_is web dead && mm_remove web || fail "cannot remove"
equal "khugepaged" "$(thp_khugepaged)" rests

# Control: it may not set what it needs.
run_tests never /tmp/never thp_enabled=never
grep -q 'OK$\|^status 4' /tmp/never && ! grep -q '^status 0' /tmp/never || fail "they do not notice"
wait_until 20 vkernel_is web dead && mm_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
