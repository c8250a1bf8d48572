#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cycles.sh COUNT: load and unload the syscall plugin COUNT times while processes
# of the host and of a container run through its hooks.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

cycles=${1:?how many cycles}

children()
{
	awk '{ sum += $1 } END { print sum + 0 }' "$1"
}

stop_busy()
{
	kill -TERM -- "-$1"
	wait "$1"
}

modprobe hookcore && modprobe vkernel || fail "modules do not load"

# A container whose tasks are stamped, so that they go all the way into the
# plugin whenever it is there.
container_bundle web /bin/busy 2
container_create web
mkdir $vkernels/web
vkernel_arm web web
container_start web || fail "cannot start"

setsid "$programs/busy" 2 >/tmp/busy &
busy=$!

for ((i = 1; i <= cycles; i++)); do
	modprobe vkernel_syscall || fail "cycle $i: does not load"
	# Now and then with rules in force, and time to run under them.
	if ((i % 15 == 0 || i == cycles)); then
		grep -q ^x64_sys_call /sys/kernel/debug/hookcore/hooks ||
			fail "cycle $i: nothing is hooked"
		container_bundle late /bin/call x64 83 /tmp/late 0755
		container_create late
		vkernel_make late "x64 83 EPERM"
		vkernel_arm late late
		equal "cycle $i, $SECONDS s: denied" "$(container_start late
			container_wait late
			container_output late)" EPERM
		container_remove late
		wait_until 10 vkernel_is late dead || fail "cycle $i: not dead"
		vkernel_remove late
	fi
	rmmod vkernel_syscall || fail "cycle $i: does not unload"
done

kill -0 "$busy" || fail "the load has died"
stop_busy "$busy"
hosts=$(children /tmp/busy)
[ "$hosts" -gt "$cycles" ] || fail "the load was no load: $hosts children"
crun --cgroup-manager=cgroupfs kill web TERM
container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web
echo "$cycles cycles beside $hosts processes of the host"
rmmod vkernel hookcore || fail "cannot unload"
