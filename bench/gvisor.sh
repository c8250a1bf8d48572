#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a system call under gVisor, and in a container without a filter beside it,
# measures: in guest instructions
# section: syscall
# smp: 1
# icount: 1
# mem: 3G
# root: peers
# timeout: 1800
# takes: RUNS

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

# Its programs write to a file from the file's beginning, whoever wrote before.
in_gvisor()
{
	runsc --platform=ptrace --network=none "do" "$@" | cat
	return "${PIPESTATUS[0]}"
}

# figures COLUMN VARIANT
figures()
{
	local call

	for call in $price_calls; do
		# shellcheck disable=SC2086 # words
		figure syscall "$(price_call "$call")" "$1" instructions ${price_all[$2:$call]}
	done
}

# shellcheck disable=SC2034 # for price_put()
price_runs=$RUNS price_options=(-a)
price_calls+=" write stat pipe five"
container_bundle web /bin/again /tmp/again
container_create web && container_start web || fail "no container"
kernel=$(in_gvisor uname -r)
[ -n "$kernel" ] && [ "$kernel" != "$(uname -r)" ] || fail "no gVisor: $kernel"
price_put beside price_container
price_put gvisor in_gvisor "$programs/price" -a
figures "container, no filter (beside gVisor)" beside
figures "gVisor, runsc with ptrace" gvisor
control syscall "under gVisor the kernel says that it is $kernel"
version_of runsc
container_remove web
