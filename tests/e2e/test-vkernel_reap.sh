#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a vkernel that is removed as soon as it can be, while its container dies,
# proves: is not used any more by then, also if no plugin is in it (the control that
# proves: must fail when it is let go too early is vkernel_reap_control)
# smp: 2
# timeout: 300
# append: slub_debug=FZPU

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

remove_soon()
{
	until rmdir $vkernels/web 2>/dev/null; do :; done
}

# shellcheck disable=SC2086 # words of parameters
modprobe hookcore && modprobe vkernel ${VKERNEL_PARAMETERS:-} || fail "modules do not load"
# What was freed is filled with a pattern that is no pointer.
for round in {1..8}; do
	mkdir $vkernels/web || fail "no vkernel"
	namespace_begin sleep 1000
	echo "$init" >$vkernels/web/pid || fail "round $round: cannot arm it"
	equal "round $round: state" "$(cat $vkernels/web/state)" armed
	remove_soon &
	remover=$!
	kill -KILL "$init"
	wait "$remover"
	wait "$outside"
	equal "round $round: vkernels" "$(ls $vkernels)" ""
done
unload_all || fail "cannot unload"
