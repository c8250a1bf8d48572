# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Memory of containers, for the tests. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

mm_load()
{
	modprobe hookcore && modprobe vkernel && modprobe vkernel_mm
}

# mm_make NAME [FILE=VALUE...]: a vkernel with the plugin and these settings.
mm_make()
{
	local name=$1 setting
	shift

	mkdir "$vkernels/$name" "$vkernels/$name/mm" || return
	for setting in "$@"; do
		put "${setting#*=}" "$vkernels/$name/mm/${setting%%=*}" || return
	done
}

# mm_start NAME [FILE=VALUE...]: the container, in such a vkernel.
mm_start()
{
	container_create "$1" && mm_make "$@" && vkernel_arm "$1" "$1" && container_start "$1"
}

mm_remove()
{
	rmdir "$vkernels/$1/mm" "$vkernels/$1"
}

mm_kbytes()
{
	cat "$vkernels/$1/mm/committed_kbytes"
}

mm_frozen()
{
	grep -q '^frozen 1$' "/sys/fs/cgroup/$1/cgroup.events"
}

# mm_freeze NAME 1|0
mm_freeze()
{
	echo "$2" >"/sys/fs/cgroup/$1/cgroup.freeze"
	[ "$2" = 0 ] || wait_until 30 mm_frozen "$1"
}

# What several containers may write to: files of a container's name are its own.
mm_shared=/tmp/shared

# mm_differs NAME: the frozen container's account against a recount. A task that
# was exiting when the others were frozen may still be about it.
mm_differs()
{
	local pids tries own seen

	for tries in 1 2 3 4 5 6 7 8; do
		mapfile -t pids <"/sys/fs/cgroup/$1/cgroup.procs"
		seen=$("$programs/recount" "${pids[@]}" "$mm_shared/$1".*)
		own=$(mm_kbytes "$1")
		[ "$own" != "$seen" ] || return 1
		sleep 0.3
	done
	echo "$1 is said to have $own KiB, has $seen after $tries looks, of ${#pids[@]} processes"
}
