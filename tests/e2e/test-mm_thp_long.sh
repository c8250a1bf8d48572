#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same, for all four times four settings of two containers and three of
# proves: the host
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
