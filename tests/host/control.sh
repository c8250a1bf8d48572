# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests that must see another test fail once a guard is taken away. Sourced.

# shellcheck source=tests/vm/headers.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/headers.sh"

# unguarded TEST MODULE PARAMETER [OPTION...]: run TEST with this parameter of the
# module, which takes a guard away, and more options of tests/vm/run; it may not
# pass. Its logs are in $logs.
unguarded()
{
	local file=$TOP/tests/e2e/test-$1.sh kernel=${KERNEL:-stock} options

	logs=$BUILD/test/control/$1
	mkdir -p "$logs"
	guest_options "$file" "$kernel" "$logs"
	"$VM_DIR/guest" "$kernel" "$file" --quiet --direct --env "${2^^}_PARAMETERS=$3=1" \
		"${options[@]}" "${@:4}" || return 0
	echo "FAIL: $1 passed with $3"
	exit 1
}

# must_crash TEST PARAMETER [OPTION...]: TEST, with this parameter of the module that
# it is called after, hookcore or vkernel, ends in an oops.
must_crash()
{
	unguarded "$1" "${1%%_*}" "$2" "${@:3}"
	grep -E "BUG: (unable to handle|kernel NULL)|Oops|general protection|invalid opcode|int3: 0000|guard page was hit|double fault" "$logs/console.log" || {
		echo "FAIL: $1 with $2: no crash; the log ends:"
		tail "$logs/console.log"
		exit 1
	}
	echo "ok: crashed, as it must"
}

# must_fail TEST PARAMETER MESSAGE: the same fails with a message that matches, and the
# kernel has no complaint.
must_fail()
{
	unguarded "$1" "${1%%_*}" "$2"
	"$VM_DIR/scan" "$logs/console.log" || exit
	grep -E "^FAIL: $3" "$logs/output.log" || {
		echo "FAIL: $1 with $2: it failed otherwise; its output ends:"
		tail "$logs/output.log"
		exit 1
	}
	echo "ok: failed, as it must"
}
