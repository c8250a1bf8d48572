#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# crowd.sh COUNT [PLUGIN...]: so many vkernels at once, each with these plugins, syscall
# among them, or with that one alone.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

count=$1
shift
plugins=("${@:-syscall}")
have="with ${plugins[*]}"

# kernel_memory: bytes that are not free, nor caches.
kernel_memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemTotal:/ { sum += $2 }
		/^(MemFree|Cached|Buffers|SReclaimable|Active\(anon\)):/ { sum -= $2 }
		END { print sum * 1024 }' /proc/meminfo
}

# settled_memory: the same, when what others have freed is free.
settled_memory()
{
	local last=0 now off

	for _ in {1..30}; do
		now=$(kernel_memory)
		off=$((now - last))
		[ ${off#-} -gt 131072 ] || break
		last=$now
		sleep 1
	done
	echo "$now"
}

all_are()
{
	[ "$(cat $vkernels/v*/state | sort -u)" = "$1" ]
}

make_all()
{
	local plugin

	eval "mkdir $vkernels/v{1..$count}" || return
	for plugin in "${plugins[@]}"; do
		eval "mkdir $vkernels/v{1..$count}/$plugin" || return
	done
}

remove_all()
{
	local plugin

	for plugin in "${plugins[@]}"; do
		eval "rmdir $vkernels/v{1..$count}/$plugin" || return
	done
	eval "rmdir $vkernels/v{1..$count}"
}

arm_all()
{
	local i=0 pid

	while read -r pid; do
		i=$((i + 1))
		echo "x64 83 EPERM" >$vkernels/v$i/syscall/rules_add &&
			echo 1 >$vkernels/v$i/syscall/commit &&
			echo "$pid" >$vkernels/v$i/pid || fail "cannot arm vkernel $i"
	done </tmp/pids
}

load_all && modprobe -a "${plugins[@]/#/vkernel_}" || fail "modules do not load"
echo 10000 >/proc/sys/user/max_pid_namespaces
echo 32768 >/proc/sys/kernel/threads-max
[ -p /tmp/end ] || mkfifo /tmp/end
"$programs/namespaces" "$count" </tmp/end >/tmp/pids &
exec 3>/tmp/end
all_there() { [ "$(wc -l </tmp/pids)" = "$count" ]; }
wait_until 120 all_there || fail "only $(wc -l </tmp/pids) namespaces"

echo "-- $count vkernels $have"
before=$(settled_memory)
make_all || fail "cannot make them"
arm_all
all_are armed || fail "not all are armed"
each=$((($(settled_memory) - before) / count))
said=$(cat $vkernels/v1/memory)
echo "each: $said bytes by its own account, $each in the kernel"
figure vkernel "a vkernel $have" "by its own account" bytes "$said"
figure vkernel "a vkernel $have" "in the kernel, with its files" bytes "$each"
equal "all say the same" "$(cat $vkernels/v*/memory | sort -u)" "$said"
# The rest is configfs's and debugfs's own: names, directories and files; and what
# the allocator rounds up.
[ "$each" -gt "$said" ] || fail "they say more than they take"
[ "$each" -lt $((said + 20480 + 4096 * ${#plugins[@]})) ] || fail "they take more than they say"

echo "-- one more, and each judges its own"
outcome=$(nsenter --target "$(tail -n 1 /tmp/pids)" --pid "$programs/call" x64 83 /tmp/x 0755)
equal "the last one's rules" "$outcome" EPERM
equal "seen by the last one only" "$(cat $vkernels/v*/syscall/denied | sort | uniq -c |
	tr -s ' ' | paste -sd,)" " $((count - 1)) 0, 1 1"
equal "the host" "$("$programs/call" x64 83 /tmp/x 0755)" 0
rmdir /tmp/x
control vkernel "$have: what the last of $count denied was counted there and in no other; the kernel has less memory by no less than they say"

echo "-- the end"
exec 3>&-
wait
wait_until 120 all_are dead || fail "not all are dead"
remove_all || fail "cannot remove them"
unload_all || fail "cannot unload"
