# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Accounts of containers in a storm, frozen and compared. Sourced, with ROUNDS.

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"
# shellcheck source=tests/e2e/memory.sh
. "$(dirname "$0")/memory.sh"

# On the debug kernel, of a container's allocations one in a hundred fails; what it
# starts has that from it.
chances=1000000000

fail_in_both()
{
	local pid

	# The kernel shows no sum below zero.
	"$programs/hog" much >/tmp/much &
	wait_until 60 grep -q much /tmp/much || fail "nobody holds much"
	let_fail 1 $chances
	cat /sys/fs/cgroup/{one,two}/cgroup.procs | while read -r pid; do
		echo 1 >"/proc/$pid/make-it-fail"
	done
}

have_failed()
{
	echo $((chances - $(cat "$failures/$1/times")))
}

# outsiders: into $pids, everybody but the two containers.
outsiders()
{
	local pid
	local -A inside=()

	pids=()
	while read -r pid; do
		inside[$pid]=1
	done < <(cat /sys/fs/cgroup/{one,two}/cgroup.procs 2>/dev/null)
	for pid in /proc/[0-9]*/exe; do
		pid=${pid#/proc/}
		pid=${pid%/exe}
		# What belongs to the kernel has no program.
		[ -n "${inside[$pid]:-}" ] || [ ! -e "/proc/$pid/exe" ] || pids+=("$pid")
	done
}

# kernel_counts: into $promised, what the kernel has promised to nobody that can be
# seen: neither the two nor a process, nor what crun keeps of a container while there
# is one. Its sum is read by the shell alone: a process would be in it.
kernel_counts()
{
	local word kbytes one two rest pids

	outsiders
	read -r one <$vkernels/one/mm/committed_kbytes
	read -r two <$vkernels/two/mm/committed_kbytes
	while read -r word kbytes rest; do
		[ "$word" != Committed_AS: ] || promised=$((kbytes - one - two))
	done </proc/meminfo
	promised=$((promised - $("$programs/recount" "${pids[@]}" /run/crun/*/*)))
}

# Where an allocation fails, the kernel sometimes keeps what it has promised for ever:
# in move_vma() when page tables cannot be moved, and elsewhere; or takes back what it
# never has: in mremap() of an area with MAP_NORESERVE that cannot grow in place. What
# a container has is then what the kernel counts: without the two, and without what
# all others have, there is as much as ever.
kernel_differs()
{
	local tries

	for tries in 1 2 3 4 5 6 7 8; do
		kernel_counts
		[ "$promised" != "$before" ] || return 1
		sleep 0.3
	done
	echo "nobody had $before KiB, has $promised after $tries looks"
	echo "one $(mm_kbytes one), two $(mm_kbytes two), $(grep Committed_AS /proc/meminfo)"
}

# meddle: the host cuts and deletes what is theirs. It makes nothing.
meddle()
{
	local file doomed=() cut=()

	for file in "$mm_shared"/*; do
		case $((RANDOM % 8)) in
		0) doomed+=("$file") ;;
		1 | 2) cut+=("$file") ;;
		esac
	done
	[ ${#cut[@]} = 0 ] || truncate --no-create --size=$((RANDOM * 8)) "${cut[@]}"
	[ ${#doomed[@]} = 0 ] || rm -f "${doomed[@]}"
}

# start NAME OTHER [SETTING...]
start()
{
	local name=$1 other=$2
	shift 2

	container_bundle "$name" /bin/storm $RANDOM 3 "$other"
	container_bind "$name" $mm_shared /shared
	container_create "$name" && mm_make "$name" "$@" || fail "no vkernel"
	vkernel_arm "$name" "$name" || fail "cannot arm"
	equal "$name before its program" "$(mm_kbytes "$name")" 0
	container_start "$name"
}

mm_load || fail "modules do not load"
mkdir $mm_shared
start one two
# It is refused things all the time.
start two one overcommit_memory=2 overcommit_kbytes=30000 max_map_count=36

equal_rounds=0
failing=0
for round in $(seq "$ROUNDS"); do
	sleep "0.$((RANDOM % 9))"
	meddle
	for name in one two; do
		mm_freeze $name 1 || fail "round $round: $name does not freeze"
	done
	meddle
	for name in one two; do
		[ $failing = 1 ] || ! mm_differs $name || fail "round $round"
		# Where all fails, there may be nobody for a moment.
		[ $failing = 1 ] || [ "$(mm_kbytes $name)" -gt 300 ] || fail "round $round: $name does nothing"
	done
	[ $failing = 0 ] || ! kernel_differs || fail "round $round"
	equal_rounds=$((equal_rounds + 1))
	if [ $equal_rounds = 1 ] && [ -d $failures/failslab ]; then
		fail_in_both
		failing=1
	fi
	if [ $equal_rounds = 1 ]; then
		kernel_counts
		before=$promised
	fi
	mm_freeze one 0
	mm_freeze two 0
done
equal "frozen and equal" "$equal_rounds" "$ROUNDS"
if [ -d $failures/failslab ]; then
	echo "failed: $(have_failed failslab) allocations of objects," \
		"$(have_failed fail_page_alloc) of pages"
	[ "$(have_failed failslab)" -gt $((5 * ROUNDS)) ] &&
		[ "$(have_failed fail_page_alloc)" -gt "$ROUNDS" ] || fail "hardly anything failed"
	echo 0 | tee $failures/{failslab,fail_page_alloc}/probability >/dev/null
fi
echo "refused: $(cat $vkernels/two/mm/refused) promises"
[ "$(cat $vkernels/two/mm/refused)" -gt "$ROUNDS" ] || fail "two was hardly ever refused anything"

# Control: the recount finds what the account must not have.
mm_freeze one 1
mm_freeze two 1
mapfile -t pids <"/sys/fs/cgroup/one/cgroup.procs"
[ "$("$programs/recount" "${pids[@]:1}")" != "$(mm_kbytes one)" ] ||
	fail "the comparison sees nothing"

shared=$(find $mm_shared -type f -size +0 | wc -l)
echo "shared: $shared files, now"
[ "$shared" -gt 4 ] || fail "hardly anything was shared"
rm -r $mm_shared

# What is made and not attached goes with the IPC namespace, when its owner is
# dead already; all else goes with the processes.
for name in one two; do
	nsenter --target "$(container_pid $name)" --ipc ipcrm --all=shm ||
		fail "segments of $name stay"
	container_remove $name
done
wait_until 20 vkernel_is one dead && wait_until 20 vkernel_is two dead ||
	fail "they do not die"
[ $failing = 1 ] ||
	equal "nothing when they are gone" "$(mm_kbytes one) $(mm_kbytes two)" "0 0"
! kernel_differs || fail "when they are gone"
echo "ok: nobody has what they had, nor less than before: $promised KiB"
[ $failing = 0 ] || kill %%
mm_remove one && mm_remove two && unload_all || fail "cannot unload"
