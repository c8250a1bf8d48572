#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hackbench in an ADAPTIVE group is at most a tenth slower than in the better of a
# proves: NORMAL and a FIFO one, by itself, beside a hog of the group, and beside a hog and one that
# proves: sleeps; its choice is seen; one that sleeps outside of the group wakes as if
# proves: it were NORMAL, one inside of a FIFO group after all that woke before, of an
# proves: ADAPTIVE one with a hog as of a NORMAL one
# kernels: all
# smp: 1
# icount: 1
# not-debug: its limits are for kernels as they are shipped
# append: init_on_alloc=0
# long
# timeout: 2400

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

hack_variants="normal fifo adaptive"
# Whoever wakes inside of a FIFO group waits for those that did before, at worst for all
# 160 of hackbench's and the hog, who have a tick of 4 ms each.
latest_fifo=$((161 * 4000))

# median LOAD VARIANT COLUMN
median()
{
	hack_cell "$1" "$2" "$3" | cut -d' ' -f1
}

# at_most WHAT GOT MOST
at_most()
{
	[ "$2" -le "$3" ] || fail "$1: $2, more than $3"
	echo "ok: $1: $2, at most $3"
}

# adaptive_is_fast LOAD: within a tenth.
adaptive_is_fast()
{
	local adaptive normal fifo

	adaptive=$(median "$1" adaptive 3)
	normal=$(median "$1" normal 3) fifo=$(median "$1" fifo 3)
	at_most "$1: ADAPTIVE takes, us (NORMAL $normal, FIFO $fifo)" "$adaptive" \
		$(((normal < fifo ? normal : fifo) * 11 / 10))
}

# in_time LOAD: 99 of 100 wake-ups. Outside a tick is nothing: who wakes may get the
# processor at the next one.
in_time()
{
	local policy outside inside

	outside=$(median "$1" normal 11) inside=$(median "$1" normal 9)
	for policy in fifo adaptive; do
		at_most "$1, $policy: us late outside" "$(median "$1" $policy 11)" \
			$((outside + 4000))
	done
	at_most "$1, fifo: us late inside" "$(median "$1" fifo 9)" $latest_fifo
	at_most "$1, adaptive: us late inside (NORMAL $inside)" "$(median "$1" adaptive 9)" \
		$((inside * 11 / 10 + 4000))
	[ "$(median "$1" fifo 9)" -gt "$((2 * inside))" ] || fail "control: $1: FIFO has no price"
}

# chooses WORD: the group's choice on the only processor.
chooses()
{
	grep -q "^cpu0 queued .* choice $1$" $groups/plain/cpu.real_policy.stat
}

switches()
{
	group_stat plain adaptive_switches
}

# shows_choice: with a hog, and when it is gone.
shows_choice()
{
	local container=plain hog others told before

	# It chooses at picks: anew, with none yet.
	echo 0 >$groups/plain/cpu.real_policy && echo 2 >$groups/plain/cpu.real_policy ||
		fail "cannot set the policy"
	before=$(switches)
	hack_beside mixed
	wait_until 10 chooses normal || fail "not so beside a hog"
	kill "$hog"
	hog=
	wait_until 10 chooses fifo || fail "not so when the hog is gone"
	hack_alone
	[ "$(switches)" -ge $((before + 2)) ] || fail "its switches are not counted"
	echo "ok: the choice is seen, $(($(switches) - before)) switches"
}

hack_prepare
for load in alone hog mixed; do
	hack_compare_size 3 "10^6 instructions" $load -g 4 -l 50
	adaptive_is_fast $load
	[ $load != mixed ] || in_time $load
done
shows_choice
hack_end
