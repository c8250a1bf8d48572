#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: programs that run, fork, execute others and die while a vkernel inside another
# proves: adopts them are counted once
# kernels: all
# long
# timeout: 1200

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

mm_load || fail "modules do not load"
for round in 1 2 3 4 5 6 7 8 9 10; do
	container_bundle web /bin/sh -c "unshare -p -f /bin/storm $round & sleep 1000; true"
	mm_start web || fail "cannot start"
	wait_until 20 nested_exists && mkdir $vkernels/inner && nested_adopt inner ||
		fail "cannot arm the inner one"
	sleep 0.7
	mm_freeze web 1 || fail "does not freeze"
	! mm_differs web || fail "round $round"
	[ "$(mm_kbytes web)" -gt 1000 ] || fail "nothing happens inside"
	nsenter --target "$(nested_init)" --ipc ipcrm --all=shm || fail "segments stay"
	container_remove web
	wait_until 20 vkernel_is inner dead && wait_until 20 vkernel_is web dead ||
		fail "they do not die"
	equal "round $round, at the end" "$(mm_kbytes web)" 0
	rmdir $vkernels/inner
	mm_remove web
done
unload_all || fail "cannot unload"
