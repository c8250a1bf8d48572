#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while tasks of two containers and of the host fork, execute programs, sleep, yield,
# proves: change nice value, class and CPU, their scheduler parameters and the policies of
# proves: their groups change again and again, a container of a container among them, and
# proves: both modules are unloaded, in either order
# kernels: all
# long
# timeout: 900

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

rounds=10
if [ -e /sys/kernel/debug/sched/base_slice_ns ]; then
	names=base_slice_ns
else
	names="wakeup_granularity_ns min_granularity_ns latency_ns child_runs_first"
fi

start()
{
	local starts='while :; do /bin/busybox true; done &'

	container_bundle "$1" /bin/sh -c \
		"$starts $starts unshare -p -f /bin/sched churn 250 & exec /bin/sched churn 250"
	container_create "$1" && mkdir $vkernels/"$1" $vkernels/"$1"/sched_params &&
		vkernel_arm "$1" "$1" && container_start "$1" || fail "cannot start $1"
}

# change ROUND: values of both, and now and then none.
change()
{
	local name value
	local -a values

	for name in $names; do
		values=(100000 100000000 inherit 3000000)
		[ "$name" != child_runs_first ] || values=(0 1 inherit 1)
		value=${values[$(($1 % 4))]}
		echo "$value" >$vkernels/web/sched_params/"$name" || fail "cannot set $name"
		value=${values[$((($1 / 4) % 4))]}
		echo "$value" >$vkernels/mail/sched_params/"$name" || fail "cannot set $name"
		value=${values[$((($1 + 1) % 4))]}
		echo "$value" >$vkernels/inner/sched_params/"$name" || fail "cannot set $name"
	done
	[ ! -e $groups/web/cpu.real_policy ] ||
		echo $(($1 % 3)) >$groups/web/cpu.real_policy || fail "cannot set the policy"
}

toggle()
{
	local round

	for ((round = 0; round < $1; round++)); do
		change $round
		sleep 0.05
	done
}

detach()
{
	echo 0 >$vkernels/web/pid && echo 0 >$vkernels/mail/pid || fail "cannot detach"
	# Not as long as another one is around it.
	echo 0 >$vkernels/inner/pid 2>/dev/null
	rmdir $vkernels/{inner,web,mail}/sched_params || fail "cannot take the plugin away"
}

attach()
{
	mkdir $vkernels/{inner,web,mail}/sched_params || fail "cannot give the plugin"
	vkernel_arm web web && vkernel_arm mail mail || fail "cannot arm"
	echo 1 >$vkernels/web/adopt && echo 1 >$vkernels/mail/adopt || fail "cannot adopt"
}

modprobe -a hookcore vkernel vkernel_sched_params || fail "modules do not load"
echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
group_make third
start web
start mail
wait_until 30 nested_exists || fail "no nested namespace"
mkdir $vkernels/inner $vkernels/inner/sched_params || fail "no third vkernel"
nested_init | head -n 1 >$vkernels/inner/pid || fail "cannot arm the inner one"
echo 1 >$vkernels/inner/adopt || fail "cannot adopt"
group_run third "$sched" churn 250 &
toggle $rounds
echo "alone: $rounds rounds after $SECONDS s"

echo "-- beside policies, loaded behind"
modprobe vkernel_sched || fail "the module does not load"
toggle $rounds
group_sound web
[ "$(group_stat web picks_fifo)" -gt 100 ] || fail "never FIFO"
echo "beside policies: $rounds rounds after $SECONDS s"

echo "-- unloaded under load, and loaded again"
detach
rmmod vkernel_sched_params || fail "cannot unload"
echo 1 >$groups/web/cpu.real_policy
sleep 0.3
modprobe vkernel_sched_params || fail "cannot load"
attach
toggle 10
group_sound web
rmmod vkernel_sched || fail "cannot unload"
toggle 10
detach
rmmod vkernel_sched_params || fail "cannot unload"
sleep 0.3
container_remove web
container_remove mail
rmdir $vkernels/{inner,web,mail} || fail "cannot remove"
group_remove third
unload_all || fail "cannot unload"
