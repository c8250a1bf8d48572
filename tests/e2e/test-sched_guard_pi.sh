#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a hog whose priority another one lifts and drops without end, as anybody can
# proves: by a lock that inherits it, has no longer slice of the guard for that
# kernels: all-long

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

taskset -pc 1 $$ >/dev/null
sched_load
group_make web 1
# So long a slice is always lifted before its end.
echo 300000 >$groups/web/cpu.fifo_guard_us || fail "cannot set the guard"
for policy in 1 2; do
	echo $policy >$groups/web/cpu.real_policy
	before=$(group_stat web guard_rotations)
	late=$(most_late 5 "$sched" boost 3) || fail "no boost"
	rotations=$(($(group_stat web guard_rotations) - before))
	echo "policy $policy: latest wake-up $late ms, $rotations rotations"
	[ "$late" -lt 1000 ] || fail "the guard is late"
	# An ADAPTIVE group leaves the order at the first long burst, and needs none then.
	[ "$rotations" -gt 0 ] || [ $policy = 2 ] || fail "the guard did nothing"
done
group_sound web
group_remove web
sched_unload
