#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fuzz.sh SECONDS: garbage into every file of a vkernel and of its plugins.
# SEED repeats what was written before.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

seconds=${1:?how many seconds}
seed=${SEED:-$(od -An -N7 -tu8 /dev/urandom | tr -d ' ')}
fuzz=$programs/fuzz

load_all || fail "modules do not load"
vkernel_make web "x64 83 EPERM" "ia32 39 13" || vkernel_make web "x64 83 EPERM" ||
	fail "no vkernel"
plugins=(log mm sched_params)
for name in "${plugins[@]}"; do
	modprobe "vkernel_$name" && mkdir "$vkernels/web/$name" || fail "no plugin $name"
done
echo "seed $seed"
"$fuzz" $vkernels/web "$seed" "$seconds" || fail "with SEED=$seed"
equal "it is what it was" "$(cat $vkernels/web/state)" created
echo "-- control: what is accepted changes something"
"$fuzz" $vkernels/web "$seed" "$seconds" control >/tmp/control && fail "nothing noticed"
grep -q "^changed by" /tmp/control || fail "the control: $(cat /tmp/control)"
rmdir "${plugins[@]/#/$vkernels/web/}" && vkernel_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
