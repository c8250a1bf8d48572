#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container's own limits are refused where the kernel refuses the host's, to
# proves: the area and the page: how many areas, by each way, and how low, also while the
# proves: limit changes; modes 0 and 1
# proves: and the ratio count, whatever the host has; pages in objects of others, of the
# proves: dead and of the host are who adds them's; what is inside without the plugin
# proves: belongs to what is around it; what an execve hands over counts at once, and no
# proves: longer if it fails
# kernels: all-long
# timeout: 600

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

vm=/proc/sys/vm

# start NAME [SETTING...]: a container that sleeps.
start()
{
	container_bundle "$1" /bin/sh -c 'while sleep 1000; do :; done'
	mm_start "$@" || fail "cannot start $1"
}

# stop NAME [KBYTES]: so much stays.
stop()
{
	container_remove "$1"
	wait_until 20 vkernel_is "$1" dead || fail "$1 does not die"
	equal "what stays of $1" "$(mm_kbytes "$1")" "${2:-0}"
	mm_remove "$1" || fail "cannot remove $1"
}

# areas WHO: by a pipe, for a page that it adds to a file of ours is its own.
areas()
{
	container_exec "$1" /bin/areas | cat
}

echo "-- limits: as the kernel's own"
count=$(cat $vm/max_map_count) address=$(cat $vm/mmap_min_addr)
container_bundle web /bin/sh -c 'while sleep 1000; do :; done'
container_create web && container_start web || fail "cannot start"
echo 300 >$vm/max_map_count
echo 200704 >$vm/mmap_min_addr
areas web >/tmp/kernel || fail "cannot be tried"
echo "$count" >$vm/max_map_count
echo "$address" >$vm/mmap_min_addr
container_remove web
cat /tmp/kernel
grep -q ENOMEM /tmp/kernel && grep -q 0x31000 /tmp/kernel || fail "control: the host's limits"
mm_load || fail "modules do not load"
start web max_map_count=300 mmap_min_addr=200704
start free
areas web >/tmp/own || fail "cannot be tried"
# Where munmap() makes a hole, the kernel's second cut may go one beyond the limit.
sed -i 's/^\(munmap, room for 2:\) done/\1 ENOMEM/' /tmp/kernel
diff /tmp/kernel /tmp/own || fail "its own limits are not as the kernel's"
areas free >/tmp/free || fail "cannot be tried"
! grep -q '0x31000\|room.*ENOMEM' /tmp/free || fail "another container has these limits too"
put 301 $vkernels/web/mm/max_map_count
areas web >/tmp/own
! diff /tmp/kernel /tmp/own >/dev/null || fail "control: one more makes no difference"

echo "-- moved while the limit changes"
put 1 $vkernels/free/mm/writable
promised() { sed -n 's/^Committed_AS: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
before=$(promised)
container_exec free /bin/moves 8 >/tmp/moves || fail "cannot be tried: $?"
cat /tmp/moves
grep -q 'moved [1-9][0-9]* and [1-9][0-9]*, refused [1-9][0-9]*, stayed 0$' /tmp/moves || fail "not as it should be"
[ $(($(promised) - before)) -lt 16384 ] || fail "$(promised) KiB promised, $before before"
put 0 $vkernels/free/mm/writable
put 0 $vkernels/free/mm/max_map_count

echo "-- modes, and the ratio"
much=$((4 * $(awk '/^MemTotal|^SwapTotal/ { sum += $2 } END { print sum }' /proc/meminfo) * 1024))
map() { container_exec "$1" /bin/call x64 9 0 "$2" 3 0x22 -1 0; }
gets() { [[ $(map "$1" "$2") != E* ]]; }
echo 1 >$vm/overcommit_memory
gets web $much || fail "control: the host's mode 1"
put 0 $vkernels/web/mm/overcommit_memory
equal "mode 0, the host's 1" "$(map web $much)" ENOMEM
gets free $much || fail "the other one is judged by web's mode"
echo 0 >$vm/overcommit_memory
equal "control: the host's mode 0" "$(map free $much)" ENOMEM
put 1 $vkernels/web/mm/overcommit_memory
gets web $much || fail "mode 1 does not lift the host's 0"
put 2 $vkernels/web/mm/overcommit_memory
put 10 $vkernels/web/mm/overcommit_ratio
tenth=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024 / 10))
equal "a tenth and more" "$(map web $tenth)" ENOMEM
gets web $((tenth * 8 / 10)) || fail "less than a tenth"
put 20 $vkernels/web/mm/overcommit_ratio
gets web $tenth || fail "a tenth of a fifth"
stop web

echo "-- pages in others' objects"
add() { container_exec "$1" /bin/busybox dd if=/dev/zero of=/file bs=1M count="$2" oflag=append conv=notrunc 2>&1; }
size() { stat -c %s $bundles/free/rootfs/file; }
start web overcommit_memory=2 overcommit_kbytes=20000
add free 1 >/dev/null
ln $bundles/free/rootfs/file $bundles/web/rootfs/file || fail "not one file system"
free=$(mm_kbytes free) web=$(mm_kbytes web)
add web 12 >/dev/null
equal "who adds pays" "$(($(mm_kbytes web) - web))" 12288
equal "the owner does not" "$(mm_kbytes free)" "$free"
add web 12 | grep -q 'No space left' || fail "no end at its limit"
[ "$(mm_kbytes web)" -le 20000 ] || fail "$(mm_kbytes web) KiB of 20000"
[ "$(size)" -gt 13000000 ] || fail "control: nothing was added"
container_exec free /bin/busybox dd if=/dev/null of=/file 2>/dev/null || fail "cannot cut it"
equal "given back to both" "$(($(mm_kbytes web) - web)) $(($(mm_kbytes free) - free))" "0 -1024"
add web 5 >/dev/null
add free 1 >/dev/null
equal "each its own" "$(($(mm_kbytes web) - web)) $(($(mm_kbytes free) - free))" "5120 0"
# Its file has another name.
stop free 1024
equal "the owner is dead" "$(($(mm_kbytes web) - web))" 5120
add web 3 >/dev/null
equal "and still who adds pays" "$(($(mm_kbytes web) - web))" 8192
rm $bundles/{web,free}/rootfs/file
equal "gone" "$(mm_kbytes web)" "$web"
: >$bundles/web/rootfs/file
add web 4 >/dev/null
equal "the host's object" "$(($(mm_kbytes web) - web))" 4096
rm $bundles/web/rootfs/file
equal "which the host removes" "$(mm_kbytes web)" "$web"
: >$bundles/web/rootfs/file
add web 4 >/dev/null
# It is the host's when web has gone.
stop web
rm $bundles/web/rootfs/file

echo "-- what an execve hands over"
stopped() { grep -qs '^State:.T' "/proc/$(pgrep -x handover)/status"; }
is_kept() { grep -qs handle_userfault "/proc/$(pgrep -x handover)/wchan"; }
# handover hold|fail: of web's, as far as to the execve.
handover()
{
	container_exec web /bin/handover "$1" 4096 2>&1 | cat >/tmp/handover &
	wait_until 20 stopped || fail "no program comes to its execve: $(cat /tmp/handover)"
	before=$(mm_kbytes web)
	pkill -CONT -x handover
}
start web
idle=$(mm_kbytes web)
handover fail
wait
equal "what is no program" "$(cat /tmp/handover) $(mm_kbytes web)" "ENOEXEC $idle"
if grep -q ' userfaultfd_ioctl$' /proc/kallsyms; then
	handover hold
	wait_until 20 is_kept || fail "it is not kept"
	grown=$(($(mm_kbytes web) - before))
	[ "$grown" -ge 4096 ] && [ "$grown" -lt 4200 ] || fail "4096 KiB are $grown while they are handed over"
	pkill -KILL -x handover
	wait
	equal "killed meanwhile" "$(mm_kbytes web)" "$idle"
fi
put 2 $vkernels/web/mm/overcommit_memory
put $((idle + 3000)) $vkernels/web/mm/overcommit_kbytes
handover fail
wait
equal "beyond its limit" "$(cat /tmp/handover) $(mm_kbytes web)" "E2BIG $idle"
put inherit $vkernels/web/mm/overcommit_memory
# shellcheck disable=SC2016 # for the container's shell
container_exec web /bin/sh -c 'export x=$(head -c 100000 /dev/zero | tr "\0" x); exec /bin/busybox sleep 1001' &
wait_until 20 pgrep -f 'sleep 1001' >/dev/null && sleep 0.5 && mm_freeze web 1 || fail "does not freeze"
! mm_differs web || fail "after an execve with 100 kB"
mm_freeze web 0
stop web

echo "-- one inside that does not have the plugin"
container_bundle web /bin/sh -c 'unshare -p -f /bin/storm 7 & sleep 1000; true'
mm_start web || fail "cannot start"
wait_until 20 nested_exists && sleep 0.5 && mm_freeze web 1 || fail "does not freeze"
! mm_differs web || fail "before there is one inside"
mkdir $vkernels/inner && nested_adopt inner || fail "cannot arm the inner one"
! mm_differs web || fail "when there is one inside"
mm_freeze web 0
for round in 1 2 3 4; do
	sleep 0.7
	mm_freeze web 1 || fail "does not freeze"
	! mm_differs web || fail "round $round"
	mm_freeze web 0
done
[ "$(mm_kbytes web)" -gt 1000 ] || fail "nothing happens inside"
mm_freeze web 1 && nsenter --target "$(nested_init)" --ipc ipcrm --all=shm || fail "segments stay"
container_remove web
wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead || fail "they do not die"
equal "nothing is left" "$(mm_kbytes web)" 0
rmdir $vkernels/inner
mm_remove web
unload_all || fail "cannot unload"
