#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while a container dies, and whoever looks at its vkernel meanwhile, its
# proves: tasks are judged to the last instruction (the control that must fail
# proves: when they are not is vkernel_dying_control)
# kernels: all-long
# smp: 4
# timeout: 240

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# The directories count too: a program that is killed right after its call has
# no time to say so.
made()
{
	container_output web | grep made
	ls $bundles/web/rootfs/tmp
}

all_call()
{
	[ "$(container_output web | wc -l)" = 4 ]
}

# shellcheck disable=SC2086 # words of parameters
modprobe vkernel ${VKERNEL_PARAMETERS:-} && load_all || fail "modules do not load"
modprobe vkernel_linger || fail "no linger"

# init leaves while its children still call.
# shellcheck disable=SC2016 # for the shell of the container
container_bundle web /bin/sh -c '
for i in 1 2 3 4; do again /tmp/$i 0 & done
while [ ! -e /go ]; do sleep 0.1; done'

for round in {1..5}; do
	container_create web || fail "cannot create"
	vkernel_make web "x64 83 EPERM"
	vkernel_arm web web
	container_start web
	wait_until 60 all_call || fail "round $round: not all run"
	touch $bundles/web/rootfs/go
	# Each look asks whether it is dead, and takes it away if it is.
	until read -r state <$vkernels/web/state && [ "$state" = dead ]; do :; done
	made=$(made | paste -sd' ')
	[ -z "$made" ] || fail "round $round: made by a dying task, should be EPERM: $made"
	equal "round $round" "$(container_output web | sort -u)" EPERM
	container_remove web
	vkernel_remove web || fail "round $round: cannot remove"
	rm $bundles/web/rootfs/go
done
equal "slow deaths" "$(cat /sys/module/vkernel_linger/parameters/deaths)" 5

# Control: without a vkernel the same programs make what they want.
container_create web && container_start web || fail "cannot start"
wait_until 60 all_call || fail "control: not all run"
equal "control" "$(container_output web | sort -u)" made
container_remove web
rmmod vkernel_linger && unload_all || fail "cannot unload"
