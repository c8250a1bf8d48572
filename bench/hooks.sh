#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a system call, and the stop that installs them, with 0 to some 40,000
# measures: functions of the kernel hooked, in guest instructions
# section: scale_hooks
# kernels: all
# smp: 1
# icount: 1
# mem: 2G
# timeout: 3600
# takes: RUNS
# once: the stop for one install is a count that comes out the same each time

# shellcheck source=tests/e2e/sweep.sh
. "$(dirname "$0")/sweep.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

stops=/sys/kernel/debug/hookcore/stops

# measure COUNT: with so many hooks.
measure()
{
	local run call values

	for ((run = 0; run < RUNS; run++)); do
		"$programs/price"
	done >/tmp/measured
	for call in getppid read open_close; do
		mapfile -t values < <(sed -n "s/^$call //p" /tmp/measured)
		[ ${#values[@]} = "$RUNS" ] || fail "$call is not measured"
		echo "$1 hooks: $call: ${values[*]}"
		figure scale_hooks "${call/open_close/openat + close}" "$1" instructions "${values[@]}"
	done
}

modprobe hookcore && modprobe hookcore_sweep || fail "modules do not load"
possible=$(($(sweep_answers ok 1) + $(sweep_answers ok 2)))
figure scale_hooks "functions that can be hooked" 0 functions "$possible"
measure 0
for count in 1 10 100 1000 10000 40000; do
	step=$((possible > count ? possible / count : 1))
	echo "$step 0" >$sweep/hooks || fail "cannot hook every ${step}th of $possible"
	installed=$(cat $sweep/hooks)
	stop=$(sed -n 's/^last_ns //p' $stops)
	echo "$installed hooks: the stop took $stop"
	figure scale_hooks "install: the machine stands still" "$installed" instructions "$stop"
	measure "$installed"
	read -r hits _ <$sweep/hits
	[ "$count" -lt 10000 ] || [ "$hits" -gt 100 ] || fail "only $hits of the hooks were met"
	echo 0 >$sweep/hooks || fail "cannot unhook"
done
equal "the last ones are all that can be" "$installed" "$possible"
control scale_hooks "the last column is all hooks that can be; $hits of them had been met when its calls were measured"
rmmod hookcore_sweep hookcore || fail "cannot unload"
