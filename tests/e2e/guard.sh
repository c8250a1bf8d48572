#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# guard.sh COUNT...: so many hogs in a FIFO group, and who waits for them: one that joins
# them, one that sleeps beside them, and the host, for one of the group that sleeps with a
# lock that the host needs.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

[ $# -gt 0 ] || fail "how many hogs?"

# joined: how long a mkdir takes while a task joins the hogs, beside the mover; ms.
joined()
{
	local joiner

	bash -c "echo \$\$ >$groups/web/cgroup.procs; sleep 0.01" &
	joiner=$!
	sleep 0.05
	mkdir_time
	wait "$joiner"
}

# longest: of two joined; the mover must have been there.
longest()
{
	local round took longest=0 moves

	moves=$(wc -l </tmp/moves)

	for round in 1 2; do
		took=$(joined)
		echo "round $round: $took ms" >&2
		longest=$((took > longest ? took : longest))
	done
	wait_until 30 has_moved $((moves + 3)) || fail "nobody is moved any more"
	echo "$longest"
}

are_there()
{
	[ "$(wc -l <$groups/web/cgroup.procs)" -ge "$1" ]
}

sched_parameters=guard_max_us=60000000
sched_load
group_make web 1
mkdir $groups/web/a $groups/web/b || fail "no groups for the mover"
for count; do
	mover
	group_run web "$sched" hogs "$count" 600 &
	# And one that has forked them, and the mover.
	wait_until 60 are_there $((count + 2)) || fail "no $count hogs"
	group_normal web
	normal=$(longest)
	echo 1 >$groups/web/cpu.real_policy
	took=$(longest)
	echo "$count hogs: mkdir and rmdir took $took ms at most, NORMAL $normal ms"
	[ "$took" -lt 1000 ] || fail "the host waited $took ms"
	echo 1 >$groups/web/cgroup.kill
	wait
done
rmdir $groups/web/a $groups/web/b
late=$(most_late 8 "$sched" hogs 1 5)
echo 60000000 >$groups/web/cpu.fifo_guard_us || fail "cannot turn the guard off"
control=$(most_late 8 "$sched" hogs 1 5)
[ "$(group_stat web guard_rotations)" -gt 0 ] || fail "the guard did nothing"
echo "latest wake-up beside a hog: $late ms, without the guard $control ms"
[ "$late" -lt 1000 ] || fail "the guard is late"
[ "$control" -gt 2000 ] || fail "control: without the guard nobody is late"
group_sound web
group_remove web
sched_unload
