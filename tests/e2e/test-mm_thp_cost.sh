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
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

declare -A cost=()

# what_is NAME: in words.
what_is()
{
	case $1 in
	first) echo "first fault" ;;
	next) echo "next fault" ;;
	map) echo "mmap + munmap" ;;
	fork) echo "fork + exit" ;;
	host) echo "host, modules not loaded" ;;
	inside) echo "container, modules not loaded" ;;
	loaded) echo "host, loaded, no vkernel" ;;
	beside) echo "host, beside two vkernels" ;;
	beside_thp) echo "host, one of them has huge pages" ;;
	container) echo "container, vkernel, a neighbour has huge pages" ;;
	limited) echo "container, the same, with a limit on promises" ;;
	all_limits) echo "container, the same, with limits on areas too" ;;
	esac
}

# measure WHO WHERE: of a program of the host, or in a container; the least of some
# runs.
measure()
{
	local run name values

	for ((run = 0; run < ${RUNS:-1}; run++)); do
		if [ "$2" = host ]; then "$programs/faults"; else container_exec "$2" /bin/faults; fi
	done >/tmp/faults
	for name in first next map fork; do
		mapfile -t values < <(sed -n "s/^$name //p" /tmp/faults)
		[ ${#values[@]} = "${RUNS:-1}" ] || fail "$1: $name is not measured"
		cost[$1:$name]=$(printf '%d\n' "${values[@]}" | sort -n | sed -n 1p)
		figure memory "$(what_is "$name")" "$(what_is "$1")" instructions "${values[@]}"
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

equal "the limit is in force" "$(cat $vkernels/web/mm/overcommit_kbytes)" 1000000
control memory "the container's limit on promises could be read back after it was measured"

[ $dear = 0 ] || exit 1
