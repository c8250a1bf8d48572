#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# many.sh COUNT AT_ONCE: containers with vkernels, made and removed by crun and
# the OCI hooks: AT_ONCE that are all there at the same time, then COUNT, as many
# at once, one behind the other. Nothing of them may be left.

# shellcheck source=tests/e2e/memory.sh
. "$(dirname "$0")/memory.sh"

count=${1:?how many containers}
at_once=${2:?how many at once}
slowness=1

# hook STAGE: one of ours, as JSON.
hook()
{
	printf '"%s": [ { "path": "/usr/bin/vkctl", "args": [ %s ] } ]' "$1" \
		"$(json_strings vkctl oci-hook --profile /tmp/many.json "$1")"
}

# bundle_of NAME PROGRAM...: all share one root, and have hooks of ours.
bundle_of()
{
	local name=$1
	shift

	mkdir -p "$bundles/$name"
	sed -e "s|\"rootfs\"|\"$bundles/base/rootfs\"|" \
		-e "s|\"args\": .*|\"args\": [ $(json_strings "$@") ],|" \
		-e "s|\"hostname\".*|\"hooks\": { $(hook createRuntime), $(hook poststop) },|" \
		"$bundles/base/config.json" >"$bundles/$name/config.json"
}

# run_one BUNDLE ID
run_one()
{
	crun --cgroup-manager=cgroupfs run --bundle "$bundles/$1" "$2" >>/tmp/outcomes 2>&1 </dev/null
}

# worker NUMBER: its part of the containers.
worker()
{
	local i

	for ((i = $1; i < count; i += at_once)); do
		run_one row "row$i"
	done
}

# is_denied COUNT: so many have said so, and nobody has said anything else.
is_denied()
{
	[ "$(sort /tmp/outcomes | uniq -c | tr -s ' ')" = " $1 EPERM" ]
}

no_vkernel()
{
	[ -z "$(ls $vkernels)" ]
}

all_active()
{
	[ "$(cat $vkernels/*/state 2>/dev/null | grep -c active)" = "$at_once" ]
}

run_at_once()
{
	local i

	for ((i = 0; i < at_once; i++)); do
		run_one gate "gate$i" &
	done
	wait_until $((300 * slowness)) all_active || fail "not $at_once at once: $(ls $vkernels)"
	# Whoever opens it for writing lets all in that wait to read.
	: >$bundles/base/rootfs/gate
	wait
}

# It takes long.
tell_progress()
{
	while sleep 30; do
		echo "$(wc -l </tmp/outcomes) of $count after $SECONDS s"
	done
}

run_row()
{
	local i teller workers=()

	SECONDS=0
	tell_progress &
	teller=$!
	for ((i = 0; i < at_once; i++)); do
		worker "$i" &
		workers+=($!)
	done
	wait "${workers[@]}"
	kill $teller
	echo "$count in $SECONDS s"
}

# What is freed behind the containers' backs, and what is only kept for later.
settle()
{
	local round shrink

	wait_until $((60 * slowness)) no_vkernel || fail "vkernels are left: $(ls $vkernels)"
	for ((round = 0; round < 3; round++)); do
		sleep 2
		sync
		echo 3 >/proc/sys/vm/drop_caches
		for shrink in /sys/kernel/slab/*/shrink; do
			echo 1 2>/dev/null >"$shrink"
		done
	done
}

# unfiled: pages in use of which neither a program's memory, nor a cache, nor a slab
# is the reason; nor does a processor keep them for the next who wants one.
unfiled()
{
	awk '/^MemTotal:/ { sum += $2 / 4 }
		/^(MemFree|Cached|SwapCached|Buffers|Slab|AnonPages|KernelStack|PageTables|Percpu):/ {
			sum -= $2 / 4 }
		$1 == "count:" { sum -= $2 }
		END { printf "%d\n", sum }' /proc/meminfo /proc/zoneinfo
}

# objects: how many there are, "KIND NUMBER" a line: in each slab (by its own name:
# slab_nomerge), pages, areas, and mappings of our modules' making. Since 6.9 vmalloc
# keeps what describes an area for the next one that is as large (mm/vmalloc.c,
# decay_va_pool_node()): areas that are in use are counted instead.
objects()
{
	sed 1,2d /proc/slabinfo | awk '$1 != "vmap_area" { print $1, $2 }'
	echo "pages $(unfiled)"
	echo "areas $(vm_areas)"
	echo "mappings $(grep -c 'seal_copy\|vkernel' /proc/vmallocinfo)"
	echo "namespaces $(lsns -n -t pid 2>/dev/null | wc -l)"
}

# begin_count: into /tmp/objects, the lesser of two looks: a slab that a processor
# is about to use counts as full, which is up to 512 objects.
begin_count()
{
	settle
	objects >/tmp/looks
	settle
	objects >>/tmp/looks
	awk '!($1 in least) || $2 < least[$1] { least[$1] = $2 }
		END { for (kind in least) print kind, least[kind] }' /tmp/looks >/tmp/objects
}

# look: into /tmp/changes, "KIND NUMBER" a line: of what there are more now than in
# /tmp/objects.
look()
{
	objects | awk 'BEGIN { while ((getline <"/tmp/objects") > 0) had[$1] = $2 }
		$2 > had[$1] { print $1, $2 - had[$1] }' >/tmp/changes
}

# leaks: of what only containers and vkernels have, one more for every other
# container, and never 64, about what two slabs hold; of the rest, so many that it
# is not what comes and goes also with containers that have none, up to 560.
leaks()
{
	local most=$((count * 3 / 4)) few=$((count / 2))

	[ $most -gt 600 ] || most=600
	[ $few -le 64 ] || few=64
	! is_debug || most=1000000
	awk -v few=$few -v most=$most '
		$2 >= ($1 ~ /^(mappings|namespaces|pid_namespace|net_namespace)$/ ? few : most)
		' /tmp/changes
}

# settled: after a few looks at most; what is leaked is there each time.
settled()
{
	local try

	for try in 1 2 3 4 5; do
		settle
		look
		[ -n "$(leaks)" ] || return 0
		echo "look $try: $(leaks | paste -sd,)"
	done
}

# mappings: of our modules' making.
mappings()
{
	sed -n 's/^mappings //p' "$@"
}

# load_plugins: each that a vkernel can have; what the profile says of the ones
# beside syscall, in sections.
load_plugins()
{
	load_all && modprobe -a vkernel_log vkernel_mm vkernel_sched_params ||
		fail "modules do not load"
	sections='"log": { "mode": "own" }, "mm": { "max_map_count": 60000 }'
	sections+=', "sched_params": { "writable": true }'
}

# forget: on the debug kernel, memory that nobody points to any more; but for what
# is left on a stack, so another task does it, and what is found late counts too.
forget()
{
	is_debug || return 0
	modprobe hookcore_target threads=0 && modprobe hookcore_leak forget=1 &&
		(echo 1 >/sys/module/hookcore_leak/parameters/run) || fail "cannot leak"
	leaked >/tmp/forgotten
	grep -qF "[hookcore_leak]" /tmp/forgotten || fail "kmemleak does not see it: $(cat /tmp/forgotten)"
	leaks_no_more
	rmmod hookcore_leak hookcore_target || fail "cannot unload"
}

! is_debug || slowness=5
load_plugins
install -m 755 /vk/vkctl /usr/bin/vkctl
cat >/tmp/many.json <<END
{ "syscall": { "rules": [
  { "names": [ "mkdir" ], "action": "EPERM", "abis": [ "x64" ] } ], "io_uring": "as-ruled" },
  $sections }
END
echo 32768 >/proc/sys/kernel/threads-max
container_bundle base /bin/true
mkfifo $bundles/base/rootfs/gate
# shellcheck disable=SC2016 # for the shell of the container
bundle_of gate /bin/sh -c 'read line </gate; exec call x64 83 /made 0755'
bundle_of row /bin/call x64 83 /made 0755

echo "-- $at_once at once"
: >/tmp/outcomes
run_at_once
is_denied "$at_once" || fail "outcomes: $(sort /tmp/outcomes | uniq -c)"
begin_count
is_debug || grep -q ^pid_namespace /tmp/objects || fail "slabs share names"

echo "-- $count in a row, $at_once at once"
: >/tmp/outcomes
run_row
is_denied "$count" || fail "outcomes: $(sort /tmp/outcomes | uniq -c)"
settled
equal "records" "$(ls /run/vkernel)" ""
equal "what there is more of" "$(leaks)" ""
equal "mappings" "$(objects | mappings)" "$(mappings /tmp/objects)"
equal "what nobody points to" "$(leaked)" ""
echo "most more of: $(sort -k 2nr /tmp/changes | head -n 8 | paste -sd,)"

echo "-- control: as many that are kept"
for ((i = 0; i < count; i++)); do
	mkdir $vkernels/kept$i $vkernels/kept$i/syscall || fail "cannot keep it"
	echo 1 >$vkernels/kept$i/syscall/commit
done
look
leaks >/tmp/kept
grep -q ^mappings /tmp/kept && { is_debug || grep -qv ^mappings /tmp/kept; } ||
	fail "the control shows nothing: $(cat /tmp/kept)"
paste -sd, /tmp/kept
for ((i = 0; i < count; i++)); do
	rmdir $vkernels/kept$i/syscall $vkernels/kept$i
done
forget
unload_all || fail "cannot unload"
