#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the host and two containers have huge pages each by a policy of its own, at
# proves: once: at faults, by khugepaged, changed at run time, with the host at never
# proves: and the reverse; MADV_COLLAPSE and PR_SET_THP_DISABLE mean what they did;
# proves: the host's files stay true, the container's are its own; after unloading
# proves: everything is the host's
# kernels: all
# long
# timeout: 900

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

min_free=/proc/sys/vm/min_free_kbytes
before=$(cat $thp/enabled $thp/defrag)
thp_begin
web=$vkernels/web/mm
other=$vkernels/other/mm

echo "-- what the files take and show"
for setting in thp_enabled=always thp_enabled=madvise thp_enabled=never thp_enabled=inherit \
	thp_defrag=always thp_defrag=defer thp_defrag=defer+madvise thp_defrag=madvise \
	thp_defrag=never thp_defrag=inherit thp_sizes=inherit; do
	put "${setting#*=}" "$web/${setting%%=*}" || fail "refused: $setting"
	equal "$setting" "$(cat "$web/${setting%%=*}")" "${setting#*=}"
done
for setting in thp_enabled=sometimes thp_enabled=ALWAYS thp_defrag=later \
	thp_sizes=64K thp_sizes=8K:always thp_sizes=64K:often thp_sizes=3M:always; do
	refused "Invalid argument" put "${setting#*=}" "$web/${setting%%=*}"
	equal "and it stays" "$(cat "$web/${setting%%=*}")" inherit
done

echo "-- each by its own"
thp_case always inherit inherit
# Control: without a policy of its own the container has the host's.
echo never >$thp/enabled
thp_round web
equal "without a policy, at fault" "$(thp_faulted web)" "0 0 0 4"
thp_case never always never
thp_case never madvise always
thp_case always never madvise
thp_case never never inherit

echo "-- what is counted"
echo never >$thp/enabled
put always $web/thp_enabled
thp_pass
huge=$(cat $web/thp_huge) collapsed=$(cat $web/thp_collapsed) fallback=$(cat $web/thp_fallback)
kernel=$(sed -n 's/^thp_fault_alloc //p' /proc/vmstat)
thp_try web=always || fail "web=always"
equal "faults served" "$(($(cat $web/thp_huge) - huge))" 4
equal "as the kernel counts" "$(($(sed -n 's/^thp_fault_alloc //p' /proc/vmstat) - kernel))" 4
equal "collapsed" "$(($(cat $web/thp_collapsed) - collapsed))" 6
equal "fallen back" "$(($(cat $web/thp_fallback) - fallback))" 0
[ "$(cat $other/thp_huge)" -lt "$(cat $web/thp_huge)" ] || fail "the other's faults"

echo "-- who finds none"
group=$(sed -n 's/^0:://p' "/proc/$(thp_pid web)/cgroup")
current=$(cat "/sys/fs/cgroup$group/memory.current")
echo $((current + (1 << 20))) >"/sys/fs/cgroup$group/memory.max" || fail "no memory.max"
kill -USR2 "$(thp_pid web)"
wait_until 30 grep -q touched "$(thp_output web)" || fail "touches nothing"
echo max >"/sys/fs/cgroup$group/memory.max"
equal "fallen back" "$(($(cat $web/thp_fallback) - fallback))" 2

echo "-- inside"
echo never >$thp/enabled
echo madvise >$thp/defrag
thp_mount
put madvise $web/thp_enabled && put defer $web/thp_defrag
equal "enabled" "$(inside "cat $thp/enabled")" "always [madvise] never"
equal "defrag" "$(inside "cat $thp/defrag")" \
	"always [defer] defer+madvise madvise never"
refused "not permitted" inside "echo always >$thp/enabled"
refused "not permitted" inside "echo always >$thp/defrag"
equal "neither" "$(cat $web/thp_enabled) $(cat $web/thp_defrag)" "madvise defer"
put 1 $web/writable
inside "echo always >$thp/enabled && echo never >$thp/defrag" ||
	fail "it may not"
refused "nvalid argument" inside "echo sometimes >$thp/enabled"
equal "its own" "$(cat $web/thp_enabled) $(cat $web/thp_defrag)" "always never"
equal "the host's" "$(thp_chosen $thp/enabled) $(thp_chosen $thp/defrag)" "never madvise"
thp_try host=never web=always other=never || fail "set from inside"
put inherit $web/thp_enabled && put inherit $web/thp_defrag
equal "the host's, inside" "$(inside "cat $thp/enabled $thp/defrag")" \
	"$(cat $thp/enabled $thp/defrag)"

echo "-- of all files, those that are its own"
# sums: of the files of both folders, but for what counts.
sums()
{
	echo "md5sum /proc/sys/vm/* $thp/* $thp/*/* 2>/dev/null |
		grep -v '/stats$\|full_scans\|pages_collapsed'"
}

# own_files: those that say something else inside.
own_files()
{
	diff <(sh -c "$(sums)") <(inside "$(sums)") | sed -n "s|^> [0-9a-f]*  *||p" |
		sed "s|$thp/||; s|/proc/sys/vm/||" | paste -sd' '
}
own="max_map_count mmap_min_addr overcommit_kbytes overcommit_memory overcommit_ratio defrag enabled"
equal "without settings" "$(own_files)" ""
put madvise $web/thp_enabled && put defer $web/thp_defrag && put 1 $web/overcommit_memory &&
	put 900000 $web/overcommit_kbytes && put 60000 $web/max_map_count &&
	put 131072 $web/mmap_min_addr || fail "cannot set"
if [ -d $thp/hugepages-64kB ]; then
	put 2M:always $web/thp_sizes
	own+=" hugepages-2048kB/enabled"
fi
equal "with" "$(own_files)" "$own"
put inherit $web/thp_enabled && put inherit $web/thp_defrag && put inherit $web/thp_sizes &&
	put inherit $web/overcommit_memory && put 0 $web/max_map_count &&
	put 0 $web/mmap_min_addr || fail "cannot set"

if [ -d $thp/hugepages-64kB ]; then
	echo "-- sizes"
	size=$thp/hugepages-64kB
	put "64K:always;2048K:never" $web/thp_sizes || fail "refused"
	equal "sizes" "$(cat $web/thp_sizes)" 64K:always
	count=$(cat $size/stats/anon_fault_alloc)
	thp_round host
	equal "the host's" "$(cat $size/stats/anon_fault_alloc)" "$count"
	thp_round web
	[ "$(cat $size/stats/anon_fault_alloc)" -ge $((count + 100)) ] ||
		fail "$count, then $(cat $size/stats/anon_fault_alloc)"
	equal "at fault" "$(thp_faulted web)" "0 0 0 4"
	equal "the host's file" "$(thp_chosen $size/enabled)" never
	equal "inside" "$(inside "cat $thp/hugepages-64kB/enabled")" \
		"[always] inherit madvise never"
	inside "echo madvise >$thp/hugepages-32kB/enabled" || fail "it may not"
	equal "set inside" "$(cat $web/thp_sizes)" "32K:madvise;64K:always"
	put 2M:inherit $web/thp_sizes
	thp_case never always never
	echo never >$thp/hugepages-2048kB/enabled
	thp_try host=never web=always other=never || fail "the host has no size at all"
	echo inherit >$thp/hugepages-2048kB/enabled
	put inherit $web/thp_sizes
else
	refused "not supported" put 64K:always $web/thp_sizes
	said | grep "web: this kernel has huge pages of one size only" || fail "does not say why"
fi

echo "-- detached, and unloaded"
echo never >$thp/enabled
put inherit $web/thp_enabled && put inherit $other/thp_enabled || fail "cannot set"
# What the host would keep free by its own settings, whatever containers want.
echo always >$thp/enabled
put never $web/thp_enabled
[ "$(cat $min_free)" -gt 10000 ] || fail "host always: $(cat $min_free) KiB kept free"
echo never >$thp/enabled
put always $web/thp_enabled
[ "$(cat $min_free)" -gt 10000 ] || fail "control: web always keeps $(cat $min_free) KiB free"
put inherit $web/thp_enabled
lower=$(cat $min_free)
[ "$lower" -lt 10000 ] || fail "host never, after always: $lower KiB kept free"
echo always >$thp/enabled && echo never >$thp/enabled
equal "the kernel's own, without a container" "$(cat $min_free)" "$lower"
echo 7000 >$min_free
put always $web/thp_enabled
echo never >$thp/enabled
put inherit $web/thp_enabled
equal "an operator's, host never twice, web always between" "$(cat $min_free)" 7000
# An operator's, which the kernel would forget.
echo always >$thp/enabled
echo 9000 >$min_free
put always $web/thp_enabled
equal "an operator's, host always, web always" "$(cat $min_free)" 9000
put inherit $web/thp_enabled
equal "the same, web inherit" "$(cat $min_free)" 9000
echo never >$thp/enabled
echo 2000 >$min_free
put never $web/thp_enabled
equal "an operator's, host never, web never" "$(cat $min_free)" 2000
put inherit $web/thp_enabled
equal "the same, web inherit" "$(cat $min_free)" 2000
echo 7000 >$min_free
thp_case never always madvise
[ "$(cat $min_free)" -gt 10000 ] || fail "control: huge pages keep $(cat $min_free) KiB free"
echo 0 >$vkernels/web/pid
thp_try host=never web=never other=madvise || fail "detached"
echo 0 >$vkernels/other/pid
thp_try host=never web=never other=never || fail "both detached"
equal "khugepaged" "$(thp_khugepaged)" rests
equal "what is kept free" "$(cat $min_free)" 7000
mm_remove web && mm_remove other
unload_all || fail "cannot unload"
equal "the host's" "$(thp_chosen $thp/enabled) $(cat $min_free)" "never 7000"
equal "khugepaged" "$(thp_khugepaged)" rests
thp_try host=never web=never other=never || fail "unloaded"
echo always >$thp/enabled
equal "khugepaged" "$(thp_khugepaged)" runs
thp_try host=always web=always other=always || fail "unloaded"
sed -n '1s/.*\[\(.*\)\].*/\1/p' <<<"$before" >$thp/enabled
equal "as before" "$(cat $thp/enabled $thp/defrag)" "$before"
kill "$host_pid"
container_remove web
container_remove other
