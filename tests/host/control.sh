# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For tests that must see a guest crash. Sourced.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

# must_crash TEST PARAMETER [OPTION...]: TEST, with this parameter of hookcore,
# which takes a guard away, ends in an oops.
must_crash()
{
	local name=$1 parameter=$2 kernel=${KERNEL:-stock} logs
	shift 2

	logs=$PWD/build/test/control/$name
	mkdir -p "$logs"
	if tests/vm/guest "$kernel" "tests/e2e/test-$name.sh" --quiet --logs "$logs" \
		--env "HOOKCORE_PARAMETERS=$parameter=1" "$@"; then
		echo "FAIL: $name passed with $parameter"
		exit 1
	fi
	grep -E "BUG:|Oops|general protection|invalid opcode" "$logs/console.log" || {
		echo "FAIL: $name with $parameter: no crash; the log ends:"
		tail "$logs/console.log"
		exit 1
	}
	echo "ok: crashed, as it must"
}
