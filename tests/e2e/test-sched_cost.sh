#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while no group has a policy the plugin adds at most 2 % to what it takes two
# proves: tasks to wake each other and to switch between them
# kernels: all
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

# least: guest instructions of a round of two wake-ups and two switches, the
# least of some runs.
least()
{
	local run value least=

	for run in 1 2 3 4 5; do
		value=$(group_run web "$sched" pingpong 3000) || fail "cannot measure ($run)"
		least=$((${least:-$value} < value ? ${least:-$value} : value))
	done
	echo "$least"
}

# more WHAT VALUE: how much more than without, per mille, into $more.
more()
{
	more=$((1000 * ($2 - without) / without))
	echo "$1: $2 instructions a round, $more per mille more"
}

echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
group_make web
group_make other
without=$(least)
sched_load
more "loaded, no policy" "$(least)"
none=$more
echo 1 >$groups/other/cpu.real_policy
more "another group is FIFO" "$(least)"
alive=$more
echo 1 >$groups/web/cpu.real_policy
more "it is FIFO itself" "$(least)"
echo 2 >$groups/web/cpu.real_policy
more "it is ADAPTIVE itself" "$(least)"
[ "$none" -le 20 ] || fail "everybody pays $none per mille"
[ "$alive" -gt "$none" ] || fail "control: the lists cost nothing?"
group_remove web
group_remove other
sched_unload
