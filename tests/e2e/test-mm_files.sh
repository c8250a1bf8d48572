#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: settings of memory take effect in the container and nowhere else, show in
# proves: its /proc/sys and /proc/meminfo, refuse nonsense; who runs already is counted; nobody
# proves: shifts an account by pages that do not get into an object; unloading
# kernels: all-long
# timeout: 900

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

mm_load || fail "modules do not load"
vk=$vkernels/web/mm

echo "-- what each file takes and shows"
mm_make web || fail "no vkernel"
for setting in overcommit_memory=inherit overcommit_memory=0 overcommit_memory=1 \
	overcommit_memory=2 overcommit_ratio=70 overcommit_kbytes=4096 \
	max_map_count=100 mmap_min_addr=131072 writable=1 writable=0; do
	put "${setting#*=}" "$vk/${setting%%=*}" || fail "refused: $setting"
	equal "$setting" "$(cat "$vk/${setting%%=*}")" "${setting#*=}"
done
for setting in overcommit_memory=3 overcommit_memory=no overcommit_memory=-1 \
	overcommit_ratio=-1 overcommit_ratio=4294967295 overcommit_kbytes=x \
	overcommit_kbytes=1.5 max_map_count=-1 max_map_count=many \
	mmap_min_addr=0x8000000000000000 writable=maybe writable=1x writable=on writable=2 \
	"overcommit_kbytes=$(printf '%0140d' 1)"; do
	before=$(cat "$vk/${setting%%=*}")
	refused "Invalid argument" put "${setting#*=}" "$vk/${setting%%=*}"
	equal "and it stays" "$(cat "$vk/${setting%%=*}")" "$before"
done
echo 2 >/proc/sys/vm/overcommit_memory
refused "Operation not supported" put 1 $vk/overcommit_memory
said | grep "web: overcommit_memory 1 cannot lift the host's 2" || fail "does not say why"
echo 0 >/proc/sys/vm/overcommit_memory

echo "-- inside"
container_bundle web /bin/sh -c '
cd /proc/sys/vm
cat overcommit_memory overcommit_ratio overcommit_kbytes max_map_count mmap_min_addr
echo 1 >overcommit_memory || echo refused
while [ ! -e /go ]; do sleep 0.1; done
echo 9000 >overcommit_kbytes; echo 7 >overcommit_memory || echo refused
cat overcommit_kbytes; echo 30 >overcommit_ratio; cat overcommit_kbytes overcommit_ratio'
put 0 $vk/mmap_min_addr
put 30000 $vk/overcommit_kbytes
container_create web && vkernel_arm web web && container_start web || fail "cannot start"
wait_until 20 grep -q refused $bundles/web/output || fail "the container may set it"
put 1 $vk/writable
touch $bundles/web/rootfs/go
container_wait web
equal "seen and set" "$(grep -v 'sh: ' $bundles/web/output | paste -sd' ')" \
	"2 0 30000 100 $(cat /proc/sys/vm/mmap_min_addr) refused refused 9000 0 30"
equal "the host's" "$(cat /proc/sys/vm/overcommit_{memory,ratio,kbytes} | paste -sd' ')" "0 50 0"
container_remove web
wait_until 20 vkernel_is web dead || fail "does not die"
mm_remove web

echo "-- its /proc/meminfo"
container_bundle web /bin/sh -c "unshare -p -f /bin/promised /inner & exec /bin/promised /web"
root=$bundles/web/rootfs
mkfifo "$root/web" "$root/inner"
# By the shell alone, so that nothing is promised for it.
cat >"$root/bin/promised" <<'PROMISED'
#!/bin/sh
# Who wrote may not have closed it yet: the end of that is nothing to read.
while :; do
	read -r go <"$1" || continue
	while read -r name kbytes unit; do
		case $name in Commit*) echo "$name $kbytes $unit" ;; esac
	done </proc/meminfo
	echo "end $1"
done
PROMISED
chmod +x "$root/bin/promised"

has_ended()
{
	[ "$(grep -c "^end /$1" $bundles/web/output)" -gt "$2" ]
}

# promised WHO: the two lines, as read in there.
promised()
{
	local before

	before=$(grep -c "^end /$1" $bundles/web/output)
	echo go >"$root/$1"
	wait_until 20 has_ended "$1" "$before" || fail "$1 does not answer"
	grep -B 2 "^end /$1" $bundles/web/output | tail -n 3 | grep ^Commit
}

# limits WEB INNER: what both are told is their limit.
limits()
{
	equal "limit, around" "$(promised web | sed -n 's/^CommitLimit: //p')" "$1"
	equal "limit, inside" "$(promised inner | sed -n 's/^CommitLimit: //p')" "$2"
}

kernels_limit=$(sed -n 's/^CommitLimit: *//p' /proc/meminfo)
mm_start web || fail "cannot start"
wait_until 20 nested_exists && mm_make inner && nested_adopt inner ||
	fail "cannot arm the inner one"
limits "$kernels_limit" "$kernels_limit"
put 30000 $vk/overcommit_kbytes
put 2 $vk/overcommit_memory
limits "30000 kB" "30000 kB"
put 40000 $vkernels/inner/mm/overcommit_kbytes
put 2 $vkernels/inner/mm/overcommit_memory
limits "30000 kB" "30000 kB"
put 20000 $vkernels/inner/mm/overcommit_kbytes
limits "30000 kB" "20000 kB"
put 0 $vk/overcommit_memory
put 10000 $vk/overcommit_kbytes
limits "10000 kB" "20000 kB"
promised web >/dev/null
equal "promised, around" "$(promised web | sed -n 's/^Committed_AS: //p')" "$(mm_kbytes web) kB"
equal "promised, inside" "$(promised inner | sed -n 's/^Committed_AS: //p')" "$(mm_kbytes inner) kB"
[ "$(mm_kbytes web)" -gt "$(mm_kbytes inner)" ] || fail "the one around has less"
equal "the host's limit" "$(sed -n 's/^CommitLimit: *//p' /proc/meminfo)" "$kernels_limit"
[ "$(sed -n 's/^Committed_AS: *\([0-9]*\) kB/\1/p' /proc/meminfo)" -gt "$(mm_kbytes web)" ] ||
	fail "the host is told what the container has"
equal "all other lines" "$(container_exec web /bin/sh -c 'sed s/:.*// /proc/meminfo' | md5sum)" \
	"$(sed s/:.*// /proc/meminfo | md5sum)"
container_remove web
wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead || fail "they do not die"
mm_remove inner
mm_remove web

echo "-- a page that does not get into another's object"
container_bundle web /bin/sh -c 'echo mine >/tmp/mine; sleep 1000'
echo theirs >$bundles/web/rootfs/tmp/theirs
mm_start web || fail "cannot start"
wait_until 20 test -s $bundles/web/rootfs/tmp/mine || fail "writes nothing"
before=$(mm_kbytes web)
equal "the host's, by the container" "$(container_exec web /bin/uffd /tmp/theirs 1000)" \
	"1000 times EEXIST"
equal "the account" "$(mm_kbytes web)" "$before"
equal "the container's, by the host" "$("$programs/uffd" $bundles/web/rootfs/tmp/mine 1000)" \
	"1000 times EEXIST"
equal "the account" "$(mm_kbytes web)" "$before"
container_remove web
rm $bundles/web/rootfs/tmp/mine
wait_until 20 vkernel_is web dead || fail "does not die"
mm_remove web

echo "-- who runs already"
# Without shared memory, which is the host's if it was made before.
container_bundle web /bin/sh -c "sleep 1000 & sleep 1000 & sleep 1000"
container_create web && container_start web || fail "cannot start"
sleep 1
mm_freeze web 1 || fail "does not freeze"
mm_make web && vkernel_arm web web || fail "no vkernel"
equal "before the adoption" "$(mm_kbytes web)" 0
echo 1 >$vkernels/web/adopt || fail "cannot adopt"
! mm_differs web || fail "adopted while frozen"
echo "ok: adopted while frozen: $(mm_kbytes web) KiB"
mm_freeze web 0
refused "busy" rmdir $vkernels/web/mm
refused "in use" rmmod vkernel_mm
container_remove web
wait_until 20 vkernel_is web dead || fail "does not die"
[ "$(mm_kbytes web)" -ge 0 ] || fail "less than nothing: $(mm_kbytes web)"
equal "nothing is left" "$(mm_kbytes web)" 0
mm_remove web

echo "-- one around another is given the plugin later"
container_bundle web /bin/sh -c 'unshare -p -f sh -c "sleep 1000 & sleep 1000; true" & sleep 1000; true'
container_create web && mkdir $vkernels/web && vkernel_arm web web && container_start web ||
	fail "cannot start"
wait_until 20 nested_exists && sleep 1 && mm_freeze web 1 || fail "does not freeze"
mm_make inner && nested_adopt inner || fail "cannot arm the inner one"
[ "$(mm_kbytes inner)" -gt 300 ] || fail "the inner one: $(mm_kbytes inner) KiB"
mkdir $vkernels/web/mm || fail "the outer one does not get it"
! mm_differs web || fail "the outer one's account"
echo "ok: inside $(mm_kbytes inner) KiB, with what is around it $(mm_kbytes web)"
mm_freeze web 0
container_remove web
wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead || fail "they do not die"
equal "nothing is left of either" "$(mm_kbytes inner) $(mm_kbytes web)" "0 0"
mm_remove inner
mm_remove web
unload_all || fail "cannot unload"
