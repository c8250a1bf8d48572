#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: how much effort a huge page is worth is a container's own choice: for each of
# proves: its settings and each of the host's, its page faults ask for one as the kernel
# proves: itself does with that setting; where free memory is in pieces they compact it,
# proves: wake who does, or do neither; inside another vkernel the lesser effort counts
# kernels: all
# long
# mem: 512M
# append: init_on_alloc=0
# timeout: 1500

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

words="always defer defer+madvise madvise never"
tracing=/sys/kernel/tracing
declare -A asked=()

# What a fault is told, and what the allocation of a huge page then does: what it
# compacts itself, and that it wakes kswapd, which wakes kcompactd.
trace_faults()
{
	echo 0 >$tracing/events/enable
	{
		echo "r:thp_told vma_thp_gfp_mask flags=\$retval:x32"
		echo "p:thp_wakes wakeup_kswapd order=%dx:s32"
	} >$tracing/kprobe_events || fail "no probes"
	echo order==9 >$tracing/events/kprobes/thp_wakes/filter
	echo order==9 >$tracing/events/compaction/mm_compaction_try_to_compact_pages/filter
	echo 1 >$tracing/events/kprobes/enable
	echo 1 >$tracing/events/compaction/mm_compaction_try_to_compact_pages/enable
}

# told WHO: the flags of a new area's faults: two that are not advised, two that are.
told()
{
	echo >$tracing/trace
	thp_round "$1"
	sed -n "s/^.*-$(thp_pid "$1") .* thp_told: .* flags=//p" $tracing/trace | paste -sd' '
}

# told_as WHO WORD WHY: as the kernel itself with WORD.
told_as()
{
	equal "$3: told as with $2" "$(told "$1")" "${asked[$2]}"
}

echo "-- what the kernel itself says"
echo always >$thp/enabled
trace_faults
thp_start_host
wait_until 60 thp_has_rounds host 1 || fail "$(cat $host_output)"
for word in $words; do
	echo "$word" >$thp/defrag
	asked[$word]=$(told host)
	echo "$word: ${asked[$word]}"
	equal "faults" "$(wc -w <<<"${asked[$word]}")" 4
done
equal "different ones" "$(printf '%s\n' "${asked[@]}" | sort -u | wc -l)" 5
kill "$host_pid"

# Nobody else is to make huge pages, or room for them.
thp_calm()
{
	echo 100000000 >$thp/khugepaged/scan_sleep_millisecs
	echo 0 >/proc/sys/vm/compaction_proactiveness
	echo 0 >/proc/sys/vm/watermark_boost_factor
	echo 2048 >/proc/sys/vm/min_free_kbytes
}

in_pieces()
{
	grep -qx "pieces $pieces" /tmp/pieces
}

# break_up: at least for the moment, nowhere is there room for a huge page.
break_up()
{
	pieces=$((pieces + 1))
	if [ $pieces = 1 ]; then
		"$programs/pieces" >/tmp/pieces 2>&1 &
		breaker=$!
	else
		kill -USR1 "$breaker"
	fi
	wait_until 120 in_pieces || fail "memory is not in pieces: $(cat /tmp/pieces)"
}

# tries WHO WANTED: the faults in a new area do that: compact, wake or nothing. How
# many get a huge page is in $got.
tries()
{
	local does faults events

	break_up
	echo >$tracing/trace
	faults=$(container_exec "$1" /bin/faults 32 | sed -n 's/^faults //p')
	got=$(((8192 + 50 - faults) / 511))
	# It has executed itself by that name.
	events=$(sed -n 's/^ *exe-.* \(thp_wakes\|mm_compaction_try_to_compact_pages\): .*/\1/p' \
		$tracing/trace)
	case $events in
	*compact*) does=compact ;;
	*wakes*) does=wake ;;
	*) does=nothing ;;
	esac
	equal "$1, host $(thp_chosen $thp/defrag), web $(cat $web): $got of 16" "$does" "$2"
	[ $does = compact ] || [ $got -lt 16 ] || fail "there was room for all"
	[ $does != compact ] || [ $got -ge 12 ] || fail "compacts for nothing"
}

echo "-- a container by its own setting, its neighbour by the host's"
thp_begin
web=$vkernels/web/mm/thp_defrag
for host in $words; do
	echo "$host" >$thp/defrag
	put inherit $web
	# Control: without a setting of its own.
	told_as web "$host" "host $host, web inherit"
	for word in $words; do
		put "$word" $web || fail "refused: $word"
		told_as web "$word" "host $host, web $word"
	done
	told_as other "$host" "host $host, beside web never"
	told_as host "$host" "host $host, itself"
done
echo never >$thp/enabled
put always $vkernels/web/mm/thp_enabled
for word in $words; do
	put "$word" $web
	told_as web "$word" "a host without huge pages, web $word"
done

echo "-- where memory is in pieces"
echo always >$thp/enabled
thp_calm
pieces=0
echo always >$thp/defrag
put never $web
tries web nothing
tries other compact
echo never >$thp/defrag
put always $web
tries web compact
tries other nothing
# At last: kswapd makes room from then on, of what programs need.
put defer $web
tries web wake
kill "$breaker"
kill "$host_pid"
for name in web other; do
	container_remove $name
	wait_until 20 vkernel_is $name dead && mm_remove $name || fail "cannot remove $name"
done

echo "-- one inside another"
container_bundle web /bin/sh -c "unshare -p -f /bin/huge; true"
container_create web && mm_make web && vkernel_arm web web && container_start web ||
	fail "cannot start"
wait_until 60 thp_has_rounds inner 1 && nested_exists || fail "nothing runs inside"
mm_make inner && nested_init >$vkernels/inner/pid && echo 1 >$vkernels/inner/adopt ||
	fail "cannot arm the inner one"

# nested AROUND INSIDE WORD [WORD]: told as with these, where not advised and where
# it is.
nested()
{
	put "$1" $web && put "$2" $vkernels/inner/mm/thp_defrag
	equal "around $1, inside $2" "$(told inner)" \
		"$(cut -d' ' -f1-2 <<<"${asked[$3]}") $(cut -d' ' -f3-4 <<<"${asked[${4:-$3}]}")"
}
echo defer >$thp/defrag
nested inherit inherit defer
nested inherit always always
nested always inherit always
nested never always never
nested always never never
nested madvise defer never defer
nested defer+madvise always defer+madvise
container_remove web
wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead || fail "they do not die"
mm_remove inner && mm_remove web
echo 0 >$tracing/events/enable
echo >$tracing/kprobe_events
unload_all || fail "cannot unload"
