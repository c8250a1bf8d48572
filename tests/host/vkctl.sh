# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests of vkctl that need no vkernel. Sourced.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/common.sh"

make -s -C "$TOP" tools
# shellcheck disable=SC2034 # for those that source this
VKCTL=$BUILD/tools/vkctl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# run STATUS COMMAND...: it ends with that status; what it says is in
# $work/out and $work/err.
run()
{
	local wanted=$1 status=0
	shift

	timeout 60 "$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" = "$wanted" ] && return
	echo "FAIL: status $status, not $wanted: $*"
	cat "$work/out" "$work/err"
	failures=$((failures + 1))
	return 1
}

# says FILE TEXT WHAT: the file is just that.
says()
{
	if [ "$(cat "$1")" = "$2" ]; then
		echo "ok: $3"
		return
	fi
	echo "FAIL: $3: want"
	echo "$2"
	echo "but it is"
	cat "$1"
	failures=$((failures + 1))
}

finish()
{
	[ "$failures" = 0 ]
	exit
}
