#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what page faults, mmap and fork cost the host beside vkernels, and a
# proves: container, in guest instructions, against the same without the modules
# icount: 1
# smp: 1
# kernels: all-long
# timeout: 900

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

declare -A cost=()

# measure WHO: of a program of the host, or in a container.
measure()
{
	local name ticks

	while read -r name ticks; do
		cost[$1:$name]=$ticks
	done < <(if [ "$2" = host ]; then "$programs/faults"; else container_exec "$2" /bin/faults; fi)
	for name in first next map fork; do
		[ -n "${cost[$1:$name]:-}" ] || fail "$1: $name is not measured"
	done
	echo "$1: first ${cost[$1:first]}, next ${cost[$1:next]}, map ${cost[$1:map]}, fork ${cost[$1:fork]}"
}

# at_most WHO PERCENT BEFORE NAME...: more than without the modules.
at_most()
{
	local name base more

	for name in "${@:4}"; do
		base=${cost[$3:$name]}
		more=$((${cost[$1:$name]} - base))
		[ $((more * 100)) -le $(($2 * base)) ] ||
			{ echo "FAIL: $1: $name costs $more of $base more"; dear=1; }
	done
}

dear=0
echo never >$thp/enabled
for name in web other; do
	container_bundle $name /bin/sh -c 'while sleep 1000; do :; done'
	container_create $name && container_start $name || fail "cannot start $name"
done
measure host host
measure inside web
mm_load || fail "modules do not load"
measure loaded host
for name in web other; do
	mm_make $name && vkernel_arm $name $name || fail "no vkernel"
done
measure beside host
put always $vkernels/other/mm/thp_enabled
put never $vkernels/web/mm/thp_enabled
measure beside_thp host
measure container web
put 2 $vkernels/web/mm/overcommit_memory
put 1000000 $vkernels/web/mm/overcommit_kbytes
measure limited web
put 60000 $vkernels/web/mm/max_map_count
put 65536 $vkernels/web/mm/mmap_min_addr
measure all_limits web
at_most loaded 1 host first next map fork
at_most beside 1 host first next map fork
at_most beside_thp 1 host first next map fork
at_most container 3 inside first next map fork
at_most limited 3 inside first next map fork
at_most all_limits 3 inside first next map fork

[ $dear = 0 ] || exit 1
