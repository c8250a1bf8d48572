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

"$run" 'hookcore_*' || status=1
echo "-- trampolines out of reach"
"$run" --no-build --far 'hookcore_far' || status=1

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
