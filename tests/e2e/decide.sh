# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Two vkernels, one inside the other, and whether a profile decides in the inner
# one as libseccomp's filter of it does. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

decide_result=/tmp/decided

# outer_init: the host's pid of the outer namespace's init.
outer_init()
{
	cat /proc/[0-9]*/status 2>/dev/null | sed -n 's/^NSpid:\t\([0-9]*\)\t1$/\1/p'
}

decide_begin()
{
	load_all || fail "modules do not load"
	unshare -p -f sh -c 'unshare -p -f sleep 100000; true' &
	wait_until 20 nested_exists || fail "no nested namespace"
	vkernel_make outer && vkernel_make inner || fail "no vkernels"
	outer_init >$vkernels/outer/pid || fail "cannot arm the outer one"
	nested_init >$vkernels/inner/pid || fail "cannot arm the inner one"
}

# decide PROFILE FILTER SAMPLES [OPTION...]: options are vkctl's.
decide()
{
	local profile=$1 filter=$2 samples=$3
	shift 3

	"$programs/decide" $vkernels/inner $vkernels/outer "$(nested_init)" \
		"$filter" "$samples" /vk/vkctl set --profile "$profile" "$@" inner \
		>$decide_result 2>/tmp/said
}

# decided WHAT: how many.
decided()
{
	sed -n "s/^.*\b$1 \([0-9]*\).*/\1/p" $decide_result
}

# decide_same PROFILE FILTER SAMPLES [OPTION...]
decide_same()
{
	decide "$@" || { cat $decide_result /tmp/said; fail "$1: they differ"; }
	equal "${1##*/}: doors" "$(decided doors)" 3
	# What is denied beyond the profile is said, by door: three calls each.
	[ "$(decided io_uring)" -le \
		$(($3 * 3 * $(grep -c 'warning.*io_uring is denied' /tmp/said))) ] ||
		{ cat $decide_result /tmp/said; fail "$1: io_uring differs unsaid"; }
}

decide_end()
{
	kill -KILL "$(outer_init)"
	wait
	wait_until 10 vkernel_is inner dead && wait_until 10 vkernel_is outer dead ||
		fail "not dead"
	vkernel_remove inner && vkernel_remove outer && unload_all || fail "cannot unload"
}
