#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the kernel's own tests about system calls, and every third of stress-ng's
# proves: exercisers of the class "os", come to the same in a container without a
# proves: vkernel and with one that allows everything, and denied calls are noticed
# kernels: all
# long
# bring: selftests
# append: audit=0
# mem: 2G
# timeout: 5400

# shellcheck source=tests/e2e/conformance.sh
. "$(dirname "$0")/conformance.sh"

load_all || fail "modules do not load"
{ suite_selftests . && suite_stress os 3; } >$conformance/suite
run_suite one
run_suite two
run_suite vkernel "${ALLOW_ALL[@]}"
judge 12
[ "$(grep -c '^chance' $conformance/verdicts)" -le 2 ] || fail "too much chance"

echo "-- control"
grep -E '^(stress-ng/pipe |pidfd/pidfd_open_test )' $conformance/suite >$conformance/few
mv $conformance/few $conformance/suite
denied=("x64 22 ENOSYS" "x64 293 ENOSYS" "x64 434 ENOSYS")
control "${denied[@]}"
# Nor does any number of further runs excuse them.
compare_all denied "${denied[@]}"
all_differ
unload_all || fail "cannot unload"
