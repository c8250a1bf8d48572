#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the plugin adds at most 2 % to what it takes two tasks to wake each other and
# proves: to switch between them, while no group has a policy and while another one has;
# proves: in a FIFO group it takes at most 5 % more than as SCHED_BATCH, which neither is
# proves: pre-empted by whom it wakes, with no delay of who sleeps; and in an ADAPTIVE one
# proves: than in the better of NORMAL and FIFO; that others may have scheduler parameters
# proves: of their own, or have them, adds at most 2 %, too
# kernels: all-long
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1
# timeout: 600

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

# measure WHAT [WORDS]: guest instructions of a round of two wake-ups and two
# switches, the least of some runs, into $least; WORDS in front of the command.
measure()
{
	local what=$1 run values=()
	shift

	for ((run = 0; run < ${RUNS:-5}; run++)); do
		values+=("$(group_run web "$@" "$sched" pingpong 3000)") || fail "cannot measure ($run)"
	done
	least=$(printf '%d\n' "${values[@]}" | sort -n | head -n 1)
	echo "$what: $least instructions a round"
	figure sched_switch "a round" "$what" instructions "${values[@]}"
}

# more WHAT: measure that; how much more than without, per mille, into $more.
more()
{
	measure "$1"
	more=$((1000 * (least - without) / without))
	echo "$1: $more per mille more"
}

echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
group_make web
group_make other
measure "module not loaded"
without=$least
# On 6.12 who sleeps may stay queued for a while, which saves him some: not so
# in the order of a list.
features=/sys/kernel/debug/sched/features
! grep -qw DELAY_DEQUEUE $features || echo NO_DELAY_DEQUEUE >$features || fail "no feature"
measure "SCHED_BATCH, no delay of who sleeps" chrt -b 0
batch=$least
! grep -qw NO_DELAY_DEQUEUE $features || echo DELAY_DEQUEUE >$features || fail "no feature"
sched_load
more "loaded, no group has a policy"
none=$more
echo 1 >$groups/other/cpu.real_policy
more "another group is FIFO"
alive=$more
echo 1 >$groups/web/cpu.real_policy
more "the group is FIFO"
fifo=$least
echo 2 >$groups/web/cpu.real_policy
more "the group is ADAPTIVE"
adaptive=$least
better=$((fifo < without ? fifo : without))
[ "$none" -le 20 ] || fail "everybody pays $none per mille"
[ "$alive" -le 20 ] || fail "beside a FIFO group everybody pays $alive per mille"
[ $((100 * fifo)) -le $((105 * batch)) ] || fail "FIFO takes $fifo, SCHED_BATCH $batch"
[ $((100 * adaptive)) -le $((105 * better)) ] || fail "ADAPTIVE takes $adaptive, the better one $better"
[ "$alive" -gt "$none" ] || fail "control: the lists cost nothing?"
control sched_switch "beside a FIFO group others pay more than without one: the lists were there"
group_remove other
rmmod vkernel_sched || fail "cannot unload"

modprobe -a vkernel vkernel_sched_params || fail "modules do not load"
more "parameters: loaded, no vkernel has any"
none=$more
mkdir $vkernels/other $vkernels/other/sched_params || fail "no vkernel"
more "parameters: another's vkernel has some"
alive=$more
[ "$none" -le 20 ] || fail "everybody pays $none per mille"
[ "$alive" -le 20 ] || fail "beside a vkernel with parameters everybody pays $alive per mille"
rmdir $vkernels/other/sched_params $vkernels/other || fail "cannot remove"
group_remove web
unload_all || fail "cannot unload"
