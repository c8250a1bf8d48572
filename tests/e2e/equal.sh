#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# equal.sh SEED SETS: our rules beside seccomp, for SETS generated sets of rules.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

seed=${1:?which seed} sets=${2:?how many sets}

# run SEED SETS [wrong]: in a vkernel of its own.
run()
{
	local status=0

	mkdir $vkernels/equal $vkernels/equal/syscall || fail "no vkernel"
	"$programs/equal" $vkernels/equal "$@" >/tmp/equal || status=$?
	wait_until 10 vkernel_is equal dead || fail "not dead"
	vkernel_remove equal || fail "cannot remove"
	tail -n 2 /tmp/equal
	return $status
}

load_all || fail "modules do not load"

echo "-- control: a filter that is wrong is noticed"
run 7 4 wrong && fail "nothing noticed"
grep -q '^differences [1-9]' /tmp/equal || fail "no difference is no control"

echo "-- $sets sets, seed $seed"
run "$seed" "$sets" || { head -n 60 /tmp/equal; fail "they differ"; }
grep -q '^doors 3 ' /tmp/equal || fail "not by all doors"
made=$(sed -n 's/^doors 3 calls \([0-9]*\) .* not made \([0-9]*\)$/\1-\2/p' /tmp/equal)
[ $((made * 2)) -gt "${made%-*}" ] || fail "not half of the calls were made: $made"
unload_all || fail "cannot unload"
