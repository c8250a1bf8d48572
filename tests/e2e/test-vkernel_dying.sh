#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while a container dies, and whoever looks at its vkernel meanwhile, its
# proves: tasks are judged to the last instruction
# kernels: all
# smp: 4
# timeout: 240

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"

# init leaves while its children still call.
# shellcheck disable=SC2016 # for the shell of the container
container_bundle web /bin/sh -c '
for i in 1 2 3 4; do again /tmp/$i 0 & done; sleep 0.2'

for round in {1..10}; do
	container_create web || fail "cannot create"
	vkernel_make web "x64 83 EPERM"
	vkernel_arm web web
	container_start web
	# Each look asks whether it is dead, and takes it away if it is.
	until vkernel_is web dead; do :; done
	equal "round $round" "$(container_output web | sort -u)" EPERM
	container_remove web
	vkernel_remove web || fail "round $round: cannot remove"
done

# Control: without a vkernel the same programs make what they want.
equal "control" "$(container_run web | sort -u)" made
unload_all || fail "cannot unload"
