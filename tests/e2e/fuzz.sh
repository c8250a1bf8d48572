#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fuzz.sh SECONDS: garbage into every file of a vkernel and of its plugins; of one
# that a container runs in, by two at once; and of a control group with a policy.
# SEED repeats what was written before.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

seconds=${1:?how many seconds}
seed=${SEED:-$(od -An -N7 -tu8 /dev/urandom | tr -d ' ')}
fuzz=$programs/fuzz

# keep_alive: a vkernel "live" with all plugins, and programs in it, until told to
# stop: garbage detaches it, or has its programs killed. How often, into /tmp/lives.
keep_alive()
{
	local lives=0 init outside

	while [ ! -e /tmp/stop ]; do
		mkdir -p $vkernels/live "${folders[@]/web/live}" 2>/dev/null
		# shellcheck disable=SC2016 # for the shell inside
		namespace_begin sh -c 'while :; do /bin/true; done'
		while [ -d "/proc/$init" ] && [ ! -e /tmp/stop ]; do
			echo "$init" 2>/dev/null >$vkernels/live/pid && echo $((++lives)) >/tmp/lives
			sleep 0.1
		done
		kill -KILL "$init" 2>/dev/null
		wait "$outside" 2>/dev/null
		remove_live
	done
}

remove_live()
{
	cat $vkernels/live/state >/dev/null
	rmdir "${folders[@]/web/live}" $vkernels/live 2>/dev/null
}

load_all || fail "modules do not load"
vkernel_make web "x64 83 EPERM" "ia32 39 13" || vkernel_make web "x64 83 EPERM" ||
	fail "no vkernel"
plugins=(log mm sched_params)
for name in "${plugins[@]}"; do
	modprobe "vkernel_$name" && mkdir "$vkernels/web/$name" || fail "no plugin $name"
done
folders=("$vkernels/web/syscall" "${plugins[@]/#/$vkernels/web/}")
echo "seed $seed"
"$fuzz" $vkernels/web "$seed" "$seconds" || fail "with SEED=$seed"
equal "it is what it was" "$(cat $vkernels/web/state)" created
echo "-- control: what is accepted changes something"
"$fuzz" $vkernels/web "$seed" "$seconds" control >/tmp/control && fail "nothing noticed"
grep -q "^changed by" /tmp/control || fail "the control: $(cat /tmp/control)"
rmdir "${plugins[@]/#/$vkernels/web/}" && vkernel_remove web || fail "cannot remove"

echo "-- one that a container runs in"
keep_alive 2>/dev/null &
keeper=$!
is_active() { [ "$(cat $vkernels/live/state 2>/dev/null)" = active ]; }
wait_until 30 is_active || fail "nobody keeps it alive"
"$fuzz" $vkernels/live $((seed + 1)) "$seconds" moving >/tmp/other &
"$fuzz" $vkernels/live $((seed + 2)) "$seconds" moving | tail -n 1 || fail "with SEED=$seed"
wait $! || fail "the other: $(cat /tmp/other)"
touch /tmp/stop
wait $keeper
echo "it was armed $(cat /tmp/lives) times"

echo "-- a control group with a policy"
modprobe vkernel_sched || fail "no vkernel_sched"
echo +cpu >/sys/fs/cgroup/cgroup.subtree_control && mkdir /sys/fs/cgroup/web ||
	fail "no control group"
(
	echo $BASHPID >/sys/fs/cgroup/web/cgroup.procs
	while :; do /bin/true; done
) &
worker=$!
"$fuzz" /sys/fs/cgroup/web "$seed" "$seconds" 'cpu.@(real|fifo)_*' || fail "with SEED=$seed"
kill -KILL $worker && wait $worker 2>/dev/null
group_gone() { rmdir /sys/fs/cgroup/web; }
wait_until 20 group_gone || fail "the group is not empty"
wait_until 20 rmmod vkernel_sched || fail "cannot unload vkernel_sched"
unload_all || fail "cannot unload"
