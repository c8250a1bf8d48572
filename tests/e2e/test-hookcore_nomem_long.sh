#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: registrations that fail at each point of allocation, 1,500 times, leave nothing
# proves: behind; a leak would be seen; and loading fails at each point of its own
# kernels: all
# long
# timeout: 900

# shellcheck source=tests/e2e/memory.sh
. "$(dirname "$0")/memory.sh"

leak=/sys/module/hookcore_leak/parameters
rounds=1500

# Without kmemleak: what each failure at one point leaves behind adds up. (Per-CPU
# memory is in neither count.)

# Objects of each general cache, without what lies ready for the next caller, and
# areas of virtual memory.
allocated()
{
	local cache

	for cache in /sys/kernel/slab/kmalloc-*/shrink; do
		echo 1 >"$cache"
	done
	awk '$1 ~ /^kmalloc/ { print $1, $2 }' /proc/slabinfo
	echo "areas $(vm_areas)"
}

# grown ROUNDS: as many registrations fail at each point; into $objects by how many
# that cache grew that did most, into $areas, areas.
grown()
{
	allocated >/tmp/old
	echo "$1" >$leak/run || fail "the registrations fail otherwise"
	allocated >/tmp/new
	read -r objects areas cache < <(awk '
		NR == FNR { old[$1] = $2; next }
		$1 == "areas" { areas = $2 - old[$1]; next }
		$2 - old[$1] > most { most = $2 - old[$1]; name = $1 }
		END { print most + 0, areas, name }' /tmp/old /tmp/new)
}

modprobe hookcore && modprobe hookcore_target threads=0 && modprobe hookcore_leak ||
	fail "modules do not load"
# A line for each would take longer than what is tried.
dmesg -n err
# What is given back late, by what went before, is not to hide anything.
grown $rounds
# A slab that a CPU holds counts as full: up to 512 objects. A leak is
# $rounds objects more, each time.
for try in 1 2 3 4 5; do
	grown $rounds
	echo "$(cat $leak/points) failure points, $rounds times:" \
		"at most $objects objects in ${cache:-none}, $areas areas more"
	[ "$objects" -ge $((rounds / 2)) ] ||
		[ "$areas" -ge $((rounds / 2)) ] || break
	[ $try -lt 5 ] || fail "something is leaked"
done
[ "$(cat $leak/points)" -gt 5 ] || fail "hardly any failure points"
echo 1 >$leak/forget
grown 100
dmesg -n info
echo "one of each leaked, $(cat $leak/points) times 100:" \
	"$objects objects, $areas areas more"
[ "$objects" -ge $((rounds / 2)) ] && [ "$areas" -ge $((rounds / 2)) ] ||
	fail "a leak does not show: this proves nothing"
leaks_no_more
rmmod hookcore_leak hookcore_target hookcore || fail "cannot unload"

echo "-- loading"
points=$(loading_points) || fail "$points"
[ "$points" -gt 10 ] || fail "hardly any failure points"
for ((l = 1; l <= points; l++)); do
	loading_fails_at "$l"
done
modprobe hookcore && rmmod hookcore || fail "does not load any more"
echo "ok: $points points"
