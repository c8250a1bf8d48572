#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# namespaces.sh KINDS: a container's program in every combination of the first
# KINDS kinds of new namespaces, by clone3, unshare and setns.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

kinds=${1:?how many kinds of namespaces}

# outcome VERDICT: of all sets by three ways, each in three places.
outcome()
{
	printf "%s $1 $((((1 << kinds) - 1) * 3))\n" clone3 unshare setns
}

# run: the container, to its end.
run()
{
	container_start web
	wait_until 1500 container_ended web || fail "no end: $(container_output web)"
}

load_all || fail "modules do not load"
# It makes more namespaces than a small guest's limits are meant for.
for file in /proc/sys/user/max_*_namespaces; do
	echo 10000 >"$file"
done
container_bundle web /bin/everywhere "$kinds"
container_create web || fail "cannot create"
vkernel_make web "x64 110 EACCES" || fail "cannot make the vkernel"
vkernel_arm web web
run
equal "judged everywhere" "$(container_output web)" "$(outcome EACCES)"
container_remove web
vkernel_remove web

echo "-- control: without a vkernel"
container_create web || fail "cannot create"
run
equal "judged nowhere" "$(container_output web)" "$(outcome ran)"
container_remove web
unload_all || fail "cannot unload"
