#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the kernel's own tests of seccomp, pidfd, clone3 and close_range come to
# proves: the same, line by line, under a vkernel that allows everything, and a
# proves: denied call is noticed
# kernels: all-long
# bring: selftests
# append: audit=0
# timeout: 600

# shellcheck source=tests/e2e/conformance.sh
. "$(dirname "$0")/conformance.sh"

load_all || fail "modules do not load"
suite_selftests '^(seccomp/seccomp_bpf|pidfd/pidfd_open|clone3/|core/)' >$conformance/suite
run_suite one
run_suite two
run_suite vkernel "${ALLOW_ALL[@]}"
judge 1
passed=$(sed -n '/^== seccomp\/seccomp_bpf$/,/^status/p' $conformance/vkernel | grep -c '^ok ')
[ "$passed" -ge 80 ] || fail "of seccomp_bpf only $passed passed"
sed -n '/^== seccomp\/seccomp_bpf$/,/^status/p' $conformance/vkernel |
	grep -E '^(# Totals|# PASSED|# FAILED|not ok|status)'

echo "-- control"
suite_selftests '^pidfd/pidfd_open' >$conformance/suite
control "x64 434 ENOSYS"
unload_all || fail "cannot unload"
