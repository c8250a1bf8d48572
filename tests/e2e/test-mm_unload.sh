#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the module goes, again and again, while containers do everything with their
# proves: memory, with limits and without, while khugepaged and page faults make huge pages
# proves: for one, settings change, and its files are read; before it may not; the host
# proves: is as it was, and accounts are exact to the end
# kernels: all
# long
# timeout: 900

ROUNDS=3
# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

all="web other one two"
min_free=/proc/sys/vm/min_free_kbytes

# settings: of those that have some.
settings()
{
	put 2 $vkernels/two/mm/overcommit_memory && put 60000 $vkernels/two/mm/overcommit_kbytes &&
		put 200 $vkernels/two/mm/max_map_count && put 65536 $vkernels/two/mm/mmap_min_addr &&
		put always $vkernels/web/mm/thp_enabled && put 1 $vkernels/web/mm/writable
}

start_storm()
{
	container_bundle "$1" /bin/storm $RANDOM
	mm_start "$1" || fail "cannot start $1"
}

# restless: settings change and huge pages are made until there is a file /tmp/rest.
restless()
{
	while [ ! -e /tmp/rest ]; do
		for value in always madvise never inherit; do
			put $value $vkernels/web/mm/thp_enabled
			put $((RANDOM * 4)) $vkernels/two/mm/overcommit_kbytes
			kill -USR1 "$(thp_pid web)" "$(thp_pid other)" "$host_pid"
			sleep 0.05
		done
	done 2>/dev/null
}

take_away()
{
	local name

	for name in $all; do
		echo 0 >$vkernels/"$name"/pid || fail "cannot detach $name"
	done
	for name in $all; do
		rmdir $vkernels/"$name"/mm || fail "cannot take it from $name"
	done
	rmmod vkernel_mm || fail "cannot unload"
}

# Frozen, so that no promise is missed.
give_back()
{
	local name

	modprobe vkernel_mm || fail "cannot load"
	for name in $all; do
		mm_freeze "$name" 1 || fail "$name does not freeze"
		mkdir $vkernels/"$name"/mm && vkernel_arm "$name" "$name" &&
			echo 1 >$vkernels/"$name"/adopt || fail "cannot give it to $name"
	done
	settings || fail "cannot set"
	for name in $all; do
		mm_freeze "$name" 0
	done
}

# the_hosts: all is as without the module.
the_hosts()
{
	equal "the host's huge pages" "$(thp_chosen $thp/enabled)" never
	equal "khugepaged" "$(thp_khugepaged)" rests
	equal "what is kept free" "$(cat $min_free)" 7000
	[ "$(container_exec web /bin/sh -c "grep CommitLimit /proc/meminfo")" = \
		"$(grep CommitLimit /proc/meminfo)" ] || fail "web still sees its own limit"
}

echo never >$thp/enabled
# An operator's own, which the kernel would forget.
echo 7000 >$min_free
thp_begin
start_storm one
start_storm two
settings || fail "cannot set"
container_exec web /bin/sh -c 'while cat /proc/meminfo /proc/sys/vm/* >/dev/null 2>&1; do :; done' &
refusals=0
for ((round = 1; round <= ROUNDS; round++)); do
	rm -f /tmp/rest
	restless &
	restless=$!
	sleep 2
	refused "in use" rmmod vkernel_mm
	refused "busy" rmdir $vkernels/two/mm
	refusals=$((refusals + $(cat $vkernels/two/mm/refused)))
	start=${EPOCHREALTIME/./}
	take_away
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	: >/tmp/rest
	wait $restless
	echo "round $round: gone after $took ms"
	the_hosts
	sleep 0.5
	give_back
done
[ $refusals -gt 0 ] || fail "no limit was ever met"
for name in one two; do
	mm_freeze $name 1 || fail "$name does not freeze"
	nsenter --target "$(container_pid $name)" --ipc ipcrm --all=shm || fail "segments stay"
done
kill "$host_pid"
for name in $all; do
	container_remove "$name"
	wait_until 20 vkernel_is "$name" dead || fail "$name does not die"
	equal "nothing of $name" "$(mm_kbytes "$name")" 0
	mm_remove "$name" || fail "cannot remove $name"
done
unload_all || fail "cannot unload"
equal "khugepaged" "$(thp_khugepaged)" rests
equal "what is kept free" "$(cat $min_free)" 7000
