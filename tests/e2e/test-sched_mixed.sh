#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hackbench in an ADAPTIVE group is at most a tenth slower than in the better of a
# proves: NORMAL and a FIFO one, by itself, beside a hog of the group, one that sleeps, and
# proves: both; its choice is seen; one that sleeps outside of the group wakes as if
# proves: it were NORMAL, one inside of a FIFO group after all that woke before, of an
# proves: ADAPTIVE one with a hog as of a NORMAL one, and without within the guard's time
# kernels: all
# smp: 1
# icount: 1
# not-debug: its limits are for kernels as they are shipped
# append: init_on_alloc=0
# long
# timeout: 3600

# shellcheck source=tests/e2e/hack.sh
. "$(dirname "$0")/hack.sh"

hack_variants="normal fifo adaptive"
# Whoever wakes inside of a FIFO group waits for those that did before, at worst for all
# 160 or 400 of hackbench's and the hog, who have a tick of 4 ms each.
latest_fifo=$((401 * 4000))

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

# outside_in_time LOAD: 99 of 100 wake-ups. A tick is nothing: who wakes may get the
# processor at the next one.
outside_in_time()
{
	local policy outside

	outside=$(median "$1" normal 11)
	for policy in fifo adaptive; do
		at_most "$1, $policy: us late outside" "$(median "$1" $policy 11)" \
			$((outside + 4000))
	done
}

# inside_in_time LOAD TENTHS [LEAST]: the same inside. TENTHS: of how late it is in a NORMAL
# group. LEAST: as late an ADAPTIVE group's may be in any case, us.
inside_in_time()
{
	local inside most

	inside=$(median "$1" normal 9)
	most=$((inside * $2 / 10 > ${3:-0} ? inside * $2 / 10 : ${3:-0}))
	at_most "$1, fifo: us late inside" "$(median "$1" fifo 9)" $latest_fifo
	at_most "$1, adaptive: us late inside (NORMAL $inside)" "$(median "$1" adaptive 9)" \
		$((most + 4000))
	[ "$(median "$1" fifo 9)" -gt "$((2 * inside))" ] || fail "control: $1: FIFO has no price"
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
	wait_until 10 group_chooses plain normal || fail "not so beside a hog"
	kill "$hog"
	hog=
	wait_until 10 group_chooses plain fifo || fail "not so when the hog is gone"
	hack_alone
	[ "$(switches)" -ge $((before + 2)) ] || fail "its switches are not counted"
	echo "ok: the choice is seen, $(($(switches) - before)) switches"
}

hack_prepare
# Where NORMAL differs much from run to run, more of them.
for load in alone:3:4:50 hog:3:4:50 sleepers:5:10:20 mixed:7:4:50; do
	IFS=: read -r load runs size loops <<<"$load"
	hack_compare_size "$runs" "10^6 instructions" "$load" -g "$size" -l "$loops"
	adaptive_is_fast "$load"
	case $load in
	sleepers)
		outside_in_time sleepers
		# Without a hog it is in order until one has waited for the guard's time. With
		# EEVDF what decides is one wait, when all 400 begin at once: NORMAL itself
		# differs by a third from run to run.
		inside_in_time sleepers 13 100000
		[ "$(median sleepers fifo 9)" -gt 120000 ] || fail "control: nobody waits so long"
		;;
	mixed)
		outside_in_time mixed
		inside_in_time mixed 11
		;;
	esac
done
shows_choice
hack_end
