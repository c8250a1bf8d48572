#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hookcore's KUnit suites pass in User-Mode Linux under KASAN, UBSAN and
# proves: lockdep: decoding, relocation, real hooks on real functions, every
# proves: allocation failing in turn; and out of a jmp's reach; and the runner
# proves: fails for a failed check, a KASAN, UBSAN or lockdep report, a panic
# timeout: 900

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

run=$TOP/kunit/run
status=0

# passes SKIPPED OPTION...: so many are left out, for that kernel lacks what they need.
passes()
{
	local said

	said=$("$run" "${@:2}") || status=1
	echo "$said"
	[ "$(sed -n 's/.*Ran .* tests: .*skipped: \([0-9]*\).*/\1/p' <<<"$said")" = "${1#0}" ] || {
		echo "FAIL: ${*:2}: others than $1 were skipped"
		status=1
	}
}

passes 1 'hookcore_*'
echo "-- trampolines out of reach"
passes 0 --no-build --far 'hookcore_far'

echo "-- suites that must fail"
"$run" --no-build control || status=1
for way in expectation kasan ubsan lockdep warning panic; do
	if KUNIT_KERNEL_ARGS="control_kunit.fail=$way" \
		"$run" --no-build control >/dev/null 2>&1; then
		echo "$way: the runner has not noticed"
		status=1
	else
		echo "$way: noticed"
	fi
done
exit "$status"
