#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a hook costs at most 7 instructions a call, one that is only a guard
# proves: at most 4, and every peer (ftrace, livepatch, kprobes, BPF) more than
# proves: any of ours; each has counted every call
# kernels: all-long
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/cost.sh
. "$(dirname "$0")/cost.sh"

modprobe -a hookcore hookcore_cost || fail "modules do not load"

echo "-- a variant that watches nothing is noticed"
cost_read nothing 2>/dev/null && fail "a comparison with nothing passes"

cost_measure 3 || fail "see above"
cost_table 3

echo "-- what the limits are made of can be told apart"
cost_at_most 4000 call && fail "a frame costs nothing?"
cost_at_most 7000 kretprobe && fail "a kretprobe costs nothing?"

cost_cheaper guard call || fail "a guard costs what a frame does?"
cost_cheaper kretprobe call && fail "anything is cheaper than anything?"
cost_at_most 7000 call || fail "a handler that calls the original: more than 7"
cost_at_most 4000 guard || fail "a guard: more than 4"
for peer in $cost_peers; do
	for mine in $cost_ours; do
		cost_cheaper "$mine" "$peer" || fail "$mine is not cheaper than $peer"
	done
done
rmmod hookcore_cost hookcore || fail "cannot unload"
