#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container whose tasks are killed for its memory cgroup's limit while areas
# proves: grow that are promised nothing makes neither its account nor the host's sink
# kernels: all
# not-debug: where the limit comes is sought for minutes
# long
# mem: 1G
# timeout: 1500
# log-allow: Call Trace:

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

promised()
{
	sed -n 's/^Committed_AS: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

says()
{
	grep -q ' with ' $bundles/web/output
}

mm_load || fail "modules do not load"
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
before=$(promised)
container_bundle web /bin/squeeze 16384 100
container_create web && mm_make web overcommit_memory=2 overcommit_kbytes=300000 &&
	vkernel_arm web web || fail "no vkernel"
echo 64M >/sys/fs/cgroup/web/memory.max || fail "no memory cgroup"
container_start web
wait_until 1200 says || fail "says nothing: $(container_output web)"
container_output web
[ "$(container_output web | sed 's/ .*//')" -gt 0 ] || fail "control: nobody was killed as areas grew"
[ "$(mm_kbytes web)" -gt 0 ] && [ "$(mm_kbytes web)" -lt 4096 ] || fail "$(mm_kbytes web) KiB"
[ "$(promised)" -ge "$before" ] || fail "$(promised) KiB promised, $before before"
container_remove web
wait_until 20 vkernel_is web dead || fail "does not die"
equal "nothing left" "$(mm_kbytes web)" 0
mm_remove web
unload_all || fail "cannot unload"
