#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at the stacks the guest of hookcore_preempt crashes,
# proves: so that test can fail

cd "$(dirname "$0")/../.." || exit
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

kernel=${KERNEL:-stock}
release=$(basename "$(tests/vm/kernel "$kernel")")
tests/vm/run --kernel "$kernel" --smp 1 --append preempt=full --timeout 200 \
	--logs "$logs" --quiet --modules "build/$release" \
	--bring tests/e2e/container.sh --env HOOKCORE_PARAMETERS=unsafe_no_stack_check=1 \
	tests/e2e/test-hookcore_preempt.sh && {
	echo "FAIL: it passed without the check"
	exit 1
}
grep -E "BUG:|Oops|general protection|invalid opcode" "$logs/console.log" || {
	echo "FAIL: no crash:"
	tail "$logs/console.log"
	exit 1
}
echo "ok: crashed, as it must"
