#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same, for all four times four settings of two containers and three of
# proves: the host; a vkernel inside another only narrows; writes wait for their turn
# long
# kernels: all
# timeout: 2400

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

thp_begin
cases=0
for host in always madvise never; do
	for web in inherit always madvise never; do
		for other in inherit always madvise never; do
			thp_case $host $web $other
			cases=$((cases + 1))
		done
	done
done
equal "cases" $cases 48

echo "-- who writes without an end waits"
thp_mount
put 1 $vkernels/web/mm/writable
start=$SECONDS
inside "for i in \$(seq 45); do echo madvise >$thp/enabled && echo never >$thp/enabled || exit; done" ||
	fail "a write is refused"
# Of ninety, twenty in five seconds.
[ $((SECONDS - start)) -ge 15 ] || fail "90 writes in $((SECONDS - start)) s"
echo "ok: 90 writes in $((SECONDS - start)) s"
for name in web other; do
	echo 0 >$vkernels/$name/pid
	mm_remove $name || fail "cannot remove $name"
done
unload_all || fail "cannot unload"
equal "the host's" "$(thp_chosen $thp/enabled)" never
equal "khugepaged" "$(thp_khugepaged)" rests
thp_try host=never web=never other=never || fail "unloaded"
kill "$host_pid"
container_remove web
container_remove other

echo "-- one inside another"
mm_load || fail "modules do not load"
container_bundle web /bin/sh -c "unshare -p -f /bin/huge; true"
mm_start web || fail "cannot start"
wait_until 60 thp_has_rounds inner 1 && nested_exists || fail "nothing runs inside"
mm_make inner && nested_adopt inner || fail "cannot arm the inner one"
# thp_nested HOST WEB INNER WANTED
thp_nested()
{
	echo "$1" >$thp/enabled
	put "$2" $vkernels/web/mm/thp_enabled
	put "$3" $vkernels/inner/mm/thp_enabled
	thp_try inner="$4" || fail "host $1, around $2, inside $3: not $4"
	echo "ok: host $1, around $2, inside $3: $4"
}
thp_nested never madvise always madvise
thp_nested never always madvise madvise
thp_nested always never always never
thp_nested never always inherit always
thp_nested always inherit madvise madvise
thp_nested never inherit always always
echo 0 >$vkernels/web/pid
thp_try inner=always || fail "the outer one detached"
container_remove web
wait_until 20 vkernel_is inner dead || fail "it does not die"
mm_remove inner && mm_remove web
unload_all || fail "cannot unload"
equal "khugepaged" "$(thp_khugepaged)" rests
