# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Allocations that fail, and memory that is leaked. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

# The kernel's own failures, on the debug kernel.
failures=/sys/kernel/debug
nth=/sys/module/hookcore/parameters/fail_nth

# leaked: what nobody points to any more, by kmemleak, where there is one. It takes for
# leaked what nobody pointed to in two scans. An allocation that it has no memory to note
# switches it off for good: then it takes no scan, and its file is empty.
leaked()
{
	local kmemleak=/sys/kernel/debug/kmemleak

	[ -e $kmemleak ] || return 0
	echo scan >$kmemleak && sleep 6 && echo scan >$kmemleak ||
		echo "kmemleak is switched off"
	cat $kmemleak
}

# leaks_no_more: what was leaked on purpose, and is found later, is not to be reported at
# the end of the test (tests/vm/init). kmemleak cannot be switched on again.
leaks_no_more()
{
	local kmemleak=/sys/kernel/debug/kmemleak

	[ -e $kmemleak ] || return 0
	# Not "clear": it does not go for what is found later. Off already, it takes no "off".
	echo off 2>/dev/null >$kmemleak || true
}

# let_fail PERCENT TIMES: of the allocations of those who are told to, which they have to
# bear, and we; -1: for ever.
let_fail()
{
	local kind

	for kind in failslab fail_page_alloc; do
		[ -d $failures/$kind ] || continue
		echo 0 >$failures/$kind/verbose
		echo "$2" >$failures/$kind/times
		echo Y >$failures/$kind/task-filter
		echo N >$failures/$kind/ignore-gfp-wait
		echo "$1" >$failures/$kind/probability
	done
	[ ! -d $failures/fail_page_alloc ] || echo 0 >$failures/fail_page_alloc/min-order
}

# loading_points: how many allocations of hookcore's loading can be made to fail.
loading_points()
{
	modprobe hookcore fail_nth=1000 || fail "does not load"
	echo $((1000 - $(cat $nth)))
	rmmod hookcore || fail "cannot unload"
}

# loading_fails_at POINT
loading_fails_at()
{
	! modprobe hookcore fail_nth="$1" 2>/tmp/why || fail "loads, though point $1 fails"
	grep -q "Cannot allocate memory" /tmp/why || fail "point $1: $(cat /tmp/why)"
}
