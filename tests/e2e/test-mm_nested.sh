#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a vkernel inside another one is held to the limits of both: what it is promised
# proves: counts for the one around it, which says no whatever the inner one allows, and
# proves: has so much less for others; mode, areas and addresses too: the stricter counts
# kernels: all-long
# timeout: 600

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

outer=$vkernels/web/mm
inner=$vkernels/inner/mm

# start COMMAND [SETTING...]: a container whose shell does that in a pid namespace
# inside its own, once that has a vkernel, with these settings.
start()
{
	local command=$1
	shift

	container_bundle web /bin/sh -c "unshare -p -f sh -c \
'while [ ! -e /go ]; do sleep 0.1; done; $command; sleep 1000' & sleep 1000; true"
	mm_start web || fail "cannot start"
	wait_until 20 nested_exists && mm_make inner "$@" || fail "no inner one"
	# Its shell forks all the time, which the account of an adoption can miss.
	mm_freeze web 1 && nested_adopt inner && mm_freeze web 0 ||
		fail "cannot arm the inner one"
}

stop()
{
	container_remove web
	wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead ||
		fail "they do not die"
	equal "nothing is left of either" "$(mm_kbytes inner) $(mm_kbytes web)" "0 0"
	mm_remove inner && mm_remove web || fail "cannot remove"
}

# within PROGRAM [ARGUMENT...]: run it in the inner one; as those of a container do,
# from its execve on.
within()
{
	nsenter --target "$(nested_init)" --pid --mount --ipc --root "$@"
}

said_all()
{
	[ "$(wc -l <$bundles/web/output)" -ge "$1" ]
}

refusals()
{
	echo "$(cat $outer/refused) $(cat $inner/refused)"
}

# hog WAY OUTER INNER: MiB that it gets in that way, with limits in KiB; into $mib.
hog()
{
	start "exec /bin/hog $1" overcommit_memory=2 overcommit_kbytes="$3"
	put "$2" $outer/overcommit_kbytes && put 2 $outer/overcommit_memory || fail "cannot set"
	: >$bundles/web/rootfs/go
	wait_until 60 said_all 1 || fail "$1: says nothing"
	read -r _ mib error <$bundles/web/output
	echo "$1, $2 KiB around, $3 inside: $mib MiB, then $error"
	equal "refused" "$error" "$([ "$1" = memfd ] && echo ENOSPC || echo ENOMEM)"
	[ "$(mm_kbytes inner)" -le "$(mm_kbytes web)" ] || fail "the inner one has more"
	[ "$(mm_kbytes web)" -le "$2" ] && [ "$(mm_kbytes inner)" -le "$3" ] ||
		fail "beyond: $(mm_kbytes web), $(mm_kbytes inner) KiB"
}

mm_load || fail "modules do not load"
for way in private noreserve memfd sysv fork mprotect; do
	echo "-- $way: the outer limit, below the inner one"
	hog $way 65536 1000000
	[ "$mib" -ge 40 ] && [ "$mib" -le 64 ] || fail "$mib MiB of 64"
	read -r by_outer by_inner < <(refusals)
	[ "$by_outer" -gt 0 ] && [ "$by_inner" = 0 ] || fail "refused: $by_outer, $by_inner"
	stop
done

echo "-- only the outer one has a limit"
# Not the inner one's mode, nor the host's: both let pass what needs no reserve.
for mode in inherit 2; do
	start "exec /bin/hog noreserve"
	put 65536 $outer/overcommit_kbytes && put $mode $outer/overcommit_memory || fail "cannot set"
	: >$bundles/web/rootfs/go
	wait_until 60 said_all 1 || fail "says nothing"
	read -r _ mib error <$bundles/web/output
	echo "mode $mode around: $mib MiB, then $error"
	[ $mode = 2 ] || equal "control: no limit" "$mib $error" "4096 never"
	[ $mode = inherit ] || { [ "$mib" -ge 40 ] && [ "$mib" -le 64 ]; } || fail "$mib MiB of 64"
	stop
done

echo "-- the inner limit, below the outer one"
hog private 131072 65536
[ "$mib" -ge 40 ] && [ "$mib" -le 64 ] || fail "$mib MiB of 64"
read -r by_outer by_inner < <(refusals)
[ "$by_outer" = 0 ] && [ "$by_inner" -gt 0 ] || fail "refused: $by_outer, $by_inner"

echo "-- what is left for the outer one"
left=$(((131072 - $(mm_kbytes web)) / 1024))
# Through a pipe: a page that it adds to a file of ours would be its own.
container_exec web /bin/hog private > >(cat >/tmp/rest) &
wait_until 60 test -s /tmp/rest || fail "says nothing"
read -r _ mib error </tmp/rest
equal "refused" "$error" ENOMEM
[ "$mib" -le $left ] && [ "$mib" -ge $((left - 16)) ] || fail "$mib MiB of $left"
echo "ok: $mib MiB of $left"
stop

echo "-- modes"
much=$((4 * $(awk '/^MemTotal|^SwapTotal/ { sum += $2 } END { print sum }' /proc/meminfo) * 1024))
# mode OUTER INNER: what becomes of too much.
mode()
{
	local got

	put "$1" $outer/overcommit_memory && put "$2" $inner/overcommit_memory ||
		fail "cannot set"
	got=$(within /bin/call x64 9 0 $much 3 0x22 -1 0)
	case $got in
	E*) echo "$got" ;;
	*) echo mapped ;;
	esac
}
start true
equal "the host's" "$(mode inherit inherit)" ENOMEM
equal "the inner one lifts the host's" "$(mode inherit 1)" mapped
equal "the outer one does, for both" "$(mode 1 inherit)" mapped
equal "not the outer one's" "$(mode 0 1)" ENOMEM
equal "nor has to" "$(mode 1 0)" ENOMEM
put 100000 $outer/overcommit_kbytes
equal "nor its limit" "$(mode 2 1)" ENOMEM
put inherit $outer/overcommit_memory && put inherit $inner/overcommit_memory

echo "-- areas and addresses"
# limits COUNT ADDRESS COUNT ADDRESS: of the outer one, and of the inner.
limits()
{
	put "$1" $outer/max_map_count && put "$2" $outer/mmap_min_addr &&
		put "$3" $inner/max_map_count && put "$4" $inner/mmap_min_addr || fail "cannot set"
	within /bin/areas | cat >/tmp/areas
	md5sum </tmp/areas
}
one=$(limits 0 0 300 200704)
grep -q ENOMEM /tmp/areas && grep -q 0x31000 /tmp/areas || fail "control: no limits"
equal "the outer one's" "$(limits 300 200704 0 0)" "$one"
equal "the inner one's are looser" "$(limits 300 200704 1000 131072)" "$one"
equal "the inner one's are stricter" "$(limits 1000 131072 300 200704)" "$one"
equal "each has one" "$(limits 300 131072 1000 200704)" "$one"
[ "$(limits 1000 131072 1000 131072)" != "$one" ] || fail "control: no difference"
stop
unload_all || fail "cannot unload"
