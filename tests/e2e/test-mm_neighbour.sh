#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container that commits all it can, in eleven ways, is stopped at its own
# proves: limit, while the host and a neighbour go on; without the plugin they fail
# kernels: all-long
# mem: 1G
# timeout: 600

# shellcheck source=tests/e2e/mm.sh
. "$(dirname "$0")/mm.sh"

ways="private noreserve shared sysv memfd file brk mprotect mremap fork socket"
# Mode 2 on the host: what is promised must be there.
echo 80 >/proc/sys/vm/overcommit_ratio
echo 2 >/proc/sys/vm/overcommit_memory

# Sleeps without a new process, which may not be possible.
mkfifo /tmp/never && exec 9<>/tmp/never
pause()
{
	read -r -t "$1" -u 9
}

said_all()
{
	[ "$(wc -l <"$bundles/$1/output")" -ge "$2" ]
}

# neighbours WAY [SETTING...]: the hostile one takes what it can, then the other two
# have a job to do. Without settings there is no vkernel.
neighbours()
{
	local way=$1
	shift

	rm -f /tmp/go $bundles/good/rootfs/go
	container_bundle evil /bin/hog "$way"
	container_bundle good /bin/hog job /go
	container_create evil && container_create good || fail "cannot create"
	if [ $# -gt 0 ]; then
		mm_make evil "$@" && vkernel_arm evil evil || fail "no vkernel"
	fi
	container_start good
	"$programs/hog" job /tmp/go >/tmp/host-job &
	pid=$(container_pid evil)
	container_start evil
	until read -r _ <$bundles/evil/output; do
		pause 1
	done
	: >/tmp/go
	: >$bundles/good/rootfs/go
	pause 4
	kill -9 "$pid"
	wait_until 20 container_ended evil
	container_wait good
	host=$(cat /tmp/host-job) neighbour=$(container_output good)
	container_remove evil
	container_remove good
	[ $# = 0 ] || { wait_until 20 vkernel_is evil dead && mm_remove evil; } ||
		fail "cannot remove"
}

echo "-- without the plugin"
neighbours private
equal "the host's job" "$host" ENOMEM
equal "the neighbour's job" "$neighbour" ENOMEM

mm_load || fail "modules do not load"
echo "-- each way, stopped at its own limit"
for way in $ways; do
	container_bundle evil /bin/hog "$way"
	container_create evil
	mm_make evil overcommit_memory=2 overcommit_kbytes=65536 || fail "no vkernel"
	vkernel_arm evil evil && container_start evil || fail "cannot start"
	wait_until 60 said_all evil 1 || fail "$way: says nothing"
	read -r name mib error <$bundles/evil/output
	case $way:$error in
	memfd:ENOSPC | file:ENOSPC | *:ENOMEM) ;;
	*) fail "$way: $error" ;;
	esac
	[ "$mib" -ge 40 ] && [ "$mib" -le 64 ] || fail "$way: $mib MiB of 64"
	kbytes=$(mm_kbytes evil)
	[ "$kbytes" -le 65536 ] && [ "$kbytes" -gt 57344 ] || fail "$way: $kbytes KiB"
	[ "$(cat $vkernels/evil/mm/refused)" -gt 0 ] || fail "$way: nothing was refused"
	echo "ok: $name: $mib MiB, then $error"
	container_remove evil
	wait_until 20 vkernel_is evil dead || fail "$way: does not die"
	equal "$way: nothing left" "$(mm_kbytes evil)" 0
	mm_remove evil
done

echo "-- the host and a neighbour"
for way in private memfd fork socket; do
	neighbours $way overcommit_memory=2 overcommit_kbytes=65536
	equal "$way: the host's job" "$host" ok
	equal "$way: the neighbour's job" "$neighbour" ok
done

unload_all || fail "cannot unload"
