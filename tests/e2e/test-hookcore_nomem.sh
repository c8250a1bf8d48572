#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: each allocation of a registration fails once: it is refused with "no
# proves: memory", no text changes, nothing is leaked; a removal waits and succeeds
# kernels: any

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

nth=/sys/module/hookcore/parameters/fail_nth
targets=vfs_read,vfs_write,setup_new_exec

# The windows; the kernel itself changes other text now and then.
text()
{
	local target

	for target in ${targets//,/ }; do
		# shellcheck disable=SC2094 # one open file: its answer
		{ echo "$target" >&3; cat <&3; } 3<>/sys/kernel/debug/hookcore/check
	done
}

# Where the kernel can tell: what nobody points to any more.
leaks()
{
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	# It takes memory for leaked that nobody pointed to in two scans.
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	cat /sys/kernel/debug/kmemleak
}

modprobe hookcore || fail "hookcore does not load"
before=$(text)
[ "$(grep -c ' yes: ' <<<"$before")" = 3 ] || fail "cannot hook these: $before"

echo "-- failure points of our own: registering"
for ((n = 1; ; n++)); do
	[ "$n" -lt 100 ] || fail "no end of failure points"
	echo $n >$nth
	! modprobe hookcore_basic targets=$targets 2>/tmp/why || break
	equal "failure point $n was met" "$(cat $nth)" 0
	grep -q "Cannot allocate memory" /tmp/why || fail "point $n: $(cat /tmp/why)"
	equal "text after failure point $n" "$(text)" "$before"
	[ ! -s /sys/kernel/debug/hookcore/hooks ] || fail "point $n: a hook is left"
done
[ "$n" -gt 10 ] || fail "only $n failure points: this proves little"
[ "$(dmesg | grep -c 'cannot hook .*: no memory')" = $((n - 1)) ] ||
	fail "not one line for each refusal"
echo 0 >$nth

echo "-- removing"
for ((m = 1; ; m++)); do
	[ "$m" -lt 100 ] || fail "no end of failure points"
	echo $m >$nth
	rmmod hookcore_basic || fail "removal $m"
	equal "text after removal $m" "$(text)" "$before"
	[ "$(cat $nth)" = 0 ] || break
	modprobe hookcore_basic targets=$targets || fail "cannot hook again"
done
echo 0 >$nth
[ "$m" -gt 1 ] || fail "no failure point when removing: this proves nothing"
echo "ok: $((n - 1)) points of a registration, $((m - 1)) of a removal"

if [ -e /proc/self/fail-nth ]; then
	echo "-- the kernel's own: every allocation of a registration, one by one"
	echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
	failed=0
	for n in {1..200}; do
		# This process, and what it becomes.
		if ! (echo "$n" >/proc/self/fail-nth &&
			exec insmod /vk/modules/hookcore_basic.ko targets=$targets) 2>/dev/null; then
			failed=$((failed + 1))
			equal "text after failure $n" "$(text)" "$before"
		else
			rmmod hookcore_basic || fail "removal"
		fi
	done
	[ "$failed" -gt 10 ] || fail "only $failed registrations failed"
	echo "ok: $failed of 200 failed"
fi

[ ! -e /sys/module/hookcore_basic ] || rmmod hookcore_basic
rmmod hookcore || fail "cannot unload"
equal "leaks" "$(leaks | grep -c hook)" 0
