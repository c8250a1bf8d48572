#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a call of a container under a profile costs at most 25 instructions more
# proves: than without, and less than under seccomp; a call of a host task at most
# proves: 8 while vkernels exist, and at most 4 while none does
# kernels: all
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

# at_most LIMIT VARIANT THAN CALL
at_most()
{
	local extra

	price_extra "$2" "$3" "$4"
	# Reading the clock itself is a few thousandths of a call.
	[ "$extra" -le $(($1 * 1000 + 100)) ]
}

price_measure
price_table
# What an open takes varies by more than that from run to run.
for call in getppid read; do
	at_most 25 profile plain $call || fail "$call: ours: too much"
	at_most 25 allow plain $call || fail "$call: allow: too much"
	at_most -100 profile seccomp $call || fail "$call: seccomp is near"
	at_most 8 alive host $call || fail "$call: the host pays"
	at_most 4 loaded host $call || fail "$call: the host pays"
	# What the limits are made of can be told apart.
	at_most 3 loaded host $call && fail "$call: hooks cost nothing?"
	at_most 8 profile plain $call && fail "$call: a table costs nothing?"
	at_most 25 seccomp plain $call && fail "$call: nor seccomp?"
done
price_done
