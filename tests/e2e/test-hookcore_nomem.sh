#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the first and the last allocations of loading, and each of a registration,
# proves: fail once (each of loading: hookcore_nomem_long): it is refused
# proves: with "no memory", no text changes, nothing is leaked (said by kmemleak, on the debug
# proves: kernel, where a leak on purpose is seen); a removal waits and succeeds
# kernels: any
# log-allow: Call Trace:
# log-allow: kmemleak: [0-9]+ new suspected memory leaks

# shellcheck source=tests/e2e/memory.sh
. "$(dirname "$0")/memory.sh"

# The last one is looked at twice: its longer window cannot be taken.
targets=vfs_read,vfs_write,setup_new_exec,target_short

# The windows; the kernel itself changes other text now and then.
text()
{
	local target

	for target in ${targets//,/ }; do
		# shellcheck disable=SC2094 # one open file: its answer
		{ echo "$target" >&3; cat <&3; } 3<>/sys/kernel/debug/hookcore/check
	done
}

echo "-- loading"
points=$(loading_points) || fail "$points"
# Most of them are the same, for one call of the kernel after the other.
for ((l = 1; l <= points; l++)); do
	[ "$l" -le 2 ] || [ "$l" -gt $((points - 6)) ] || continue
	loading_fails_at "$l"
	dmesg | tail -n 1 | grep -q "hookcore: no memory" || fail "point $l: nothing is said"
done
modprobe hookcore || fail "does not load"
modprobe hookcore_target threads=0 || fail "modules do not load"
before=$(text)
[ "$(grep -c ' yes: ' <<<"$before")" = 4 ] || fail "cannot hook these: $before"

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
	# To look allocates memory too.
	left=$(cat $nth)
	echo 0 >$nth
	equal "text after removal $m" "$(text)" "$before"
	[ "$left" = 0 ] || break
	modprobe hookcore_basic targets=$targets || fail "cannot hook again"
done
echo 0 >$nth
[ "$m" -gt 1 ] || fail "no failure point when removing: this proves nothing"
echo "ok: $points points of loading, $((n - 1)) of a registration, $((m - 1)) of a removal"

# verbose: it would print a stack for each.
if [ -e /proc/self/fail-nth ]; then
	echo "-- the kernel's own"
	cd /sys/kernel/debug || fail "no debugfs"
	echo N | tee fail{slab,_page_alloc}/ignore-gfp-wait >/dev/null
	echo 0 | tee fail{slab,_page_alloc}/verbose fail_page_alloc/min-order >/dev/null
	cd / || fail "no /"
	modprobe hookcore_target threads=0 && modprobe hookcore_failslab ||
		fail "an allocation that fails does harm"
	cd /sys/module/hookcore_failslab/parameters || fail "no results"
	echo "ok: $(cat refused) allocations make a registration fail," \
		"$(cat survived) do not; $(cat removals) are a removal's"
	[ "$(cat refused)" -gt 10 ] || fail "this proves little"
	cd / || fail "no /"
	rmmod hookcore_failslab hookcore_target || fail "cannot unload"
fi

[ ! -e /sys/module/hookcore_basic ] || rmmod hookcore_basic
# Without kmemleak: hookcore_nomem_long. As long as the modules are there: their
# functions have no names afterwards.
if [ -e /sys/kernel/debug/kmemleak ]; then
	echo "-- nothing is leaked"
	leak=/sys/module/hookcore_leak/parameters
	modprobe hookcore_target threads=0 && modprobe hookcore_leak ||
		fail "modules do not load"
	echo 10 >$leak/run || fail "the registrations fail otherwise"
	equal "leaks" "$(leaked | grep -c hook)" 0
	echo 1 >$leak/forget
	echo 10 >$leak/run
	seen=$(leaked | grep -c hook)
	[ "$seen" -gt 0 ] || fail "a leak does not show: this proves nothing"
	echo "ok: $seen lines about leaks on purpose"
	leaks_no_more
	rmmod hookcore_leak hookcore_target || fail "cannot unload"
fi
rmmod hookcore || fail "cannot unload"
