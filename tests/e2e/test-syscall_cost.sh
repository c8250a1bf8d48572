#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a call of a container under Docker's profile costs at most 25 instructions
# proves: more than without, and less than under seccomp, as does one with
# proves: conditions; a call of a host task at most 8 while vkernels exist, and at
# proves: most 4 while none does
# kernels: all-long
# not-debug: its limits are for kernels as they are shipped
# bring: profiles
# smp: 1
# icount: 1

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

# An open by itself differs by three instructions between processes that run the
# same calls: the state of the caches that it allocates from.
open_noise=4

# at_most LIMIT CALLS VARIANT THAN CALL [NOISE]: for each of so many calls in one.
at_most()
{
	local extra

	price_extra "$3" "$4" "$5"
	[ "$extra" -le $(($1 * $2 + ${6:-0})) ]
}

# limits CALL CALLS
limits()
{
	local noise=0

	[ "$1" != open_close ] || noise=$open_noise
	at_most 25 "$2" profile plain "$1" $noise || fail "$1: ours: too much"
	at_most 25 "$2" allow plain "$1" $noise || fail "$1: allow: too much"
	at_most -100 "$2" profile seccomp "$1" || fail "$1: seccomp is near"
	at_most 8 "$2" alive host "$1" $noise || fail "$1: the host pays"
	at_most 4 "$2" loaded host "$1" $noise || fail "$1: the host pays"
	# What the limits are made of can be told apart.
	at_most 3 "$2" loaded host "$1" && fail "$1: hooks cost nothing?"
	at_most 8 "$2" profile plain "$1" && fail "$1: a table costs nothing?"
	at_most 8 "$2" allow plain "$1" && fail "$1: nor one that allows all?"
	at_most 25 "$2" seccomp plain "$1" && fail "$1: nor seccomp?"
	return 0
}

price_measure
price_table
limits getppid 1
limits read 1
limits open_close 2
# Conditions are looked at the long way, by both.
at_most -100 1 profile seccomp personality || fail "conditions: seccomp is near"
at_most 25 1 profile plain personality && fail "conditions cost nothing?"
# Rules on files are for opens, and for who has them.
at_most 25 1 objects plain getppid && at_most 25 1 objects plain read ||
	fail "rules on objects: others pay"
at_most 1000 1 objects plain open_close && fail "rules on files cost nothing?"
at_most 14 2 watched host open_close $open_noise || fail "rules on objects: the host pays"
price_done
