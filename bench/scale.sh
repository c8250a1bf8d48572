#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a system call, a page fault, a wake-up and a log record, in a container and
# measures: on the host, beside 0, 1, 16, 256 and 4,096 vkernels, in guest instructions
# section: scale
# kernels: all
# smp: 1
# icount: 1
# mem: 4G
# timeout: 3600
# append: printk.devkmsg=on
# takes: RUNS MOST
#
# The vkernels have all plugins that they can have; the container's own is one of them. As many pid
# namespaces as there are vkernels at last are there from the beginning.

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

plugins="syscall log mm sched_params"
counts="0 1 16 256 4096"
most=${MOST:-4096}
works=("getppid:a system call (getppid)" "open_close:openat + close"
	"first:a first page fault" "next:the next page fault"
	"round:two wake-ups, two switches" "record:a log record")

# on WHERE PROGRAM [ARGUMENT]...
on()
{
	if [ "$1" = host ]; then
		"$programs/$2" "${@:3}"
	else
		container_exec web "/bin/$2" "${@:3}"
	fi
}

# measure COUNT: all of it, in both places.
measure()
{
	local where run work values

	for where in host container; do
		for ((run = 0; run < RUNS; run++)); do
			on $where price
			on $where faults
			echo "round $(on $where sched pingpong 1000)"
			echo "record $(on $where klog price 1000)"
		done >/tmp/measured
		for work in "${works[@]}"; do
			mapfile -t values < <(sed -n "s/^${work%%:*} //p" /tmp/measured)
			[ ${#values[@]} = "$RUNS" ] || fail "$where, $1: ${work#*:} is not measured"
			echo "$where, $1 vkernels: ${work#*:}: ${values[*]}"
			figure scale "${work#*:}, $where" "$1" instructions "${values[@]}"
		done
	done
}

# others FROM TO: so many vkernels more, each armed.
others()
{
	local i plugin

	[ "$1" -le "$2" ] || return 0
	eval "mkdir $vkernels/v{$1..$2}" || fail "no vkernels"
	for plugin in $plugins; do
		eval "mkdir $vkernels/v{$1..$2}/$plugin" || fail "no $plugin"
	done
	for ((i = $1; i <= $2; i++)); do
		echo "x64 83 EPERM" >"$vkernels/v$i/syscall/rules_add" &&
			echo 1 >"$vkernels/v$i/syscall/commit" &&
			echo "${pids[i - 1]}" >"$vkernels/v$i/pid" || fail "cannot arm vkernel $i"
	done
}

own()
{
	local plugin

	mkdir $vkernels/web || fail "no vkernel"
	for plugin in $plugins; do
		mkdir "$vkernels/web/$plugin" || fail "no $plugin"
	done
	echo "x64 83 EPERM" >$vkernels/web/syscall/rules_add
	echo 1 >$vkernels/web/syscall/commit
	echo 0 >$vkernels/web/log/quota
	vkernel_arm web web || fail "cannot arm"
}

all_there()
{
	[ "$(wc -l </tmp/pids)" = "$most" ]
}

all_dead()
{
	[ "$(cat $vkernels/*/state | sort -u)" = dead ]
}

# A huge page would be cleared by the first fault, and leave no next one.
echo never >/sys/kernel/mm/transparent_hugepage/enabled
# What the console takes is not what is measured; to make room in the ring is.
dmesg -n 1
"$programs/klog" price 6000 >/dev/null
log_load && modprobe -a vkernel_syscall vkernel_mm vkernel_sched_params ||
	fail "modules do not load"
echo 10000 >/proc/sys/user/max_pid_namespaces
echo 32768 >/proc/sys/kernel/threads-max
mkfifo /tmp/end
"$programs/namespaces" "$most" </tmp/end >/tmp/pids &
exec 3>/tmp/end
wait_until 300 all_there || fail "only $(wc -l </tmp/pids) namespaces"
mapfile -t pids </tmp/pids
log_bundle web && container_create web && container_start web || fail "cannot start web"

there=0
for count in $counts; do
	[ "$count" -le "$most" ] || break
	if [ "$count" = 1 ]; then
		own
	elif [ "$count" -gt 1 ]; then
		others "$there" $((count - 1))
	fi
	there=$count
	equal "armed" "$(cat $vkernels/*/state 2>/dev/null | grep -c 'armed\|active')" "$count"
	measure "$count"
done

last=$(nsenter --target "${pids[there - 2]}" --pid "$programs/call" x64 83 /tmp/x 0755)
equal "the last one's rule" "$last" EPERM
equal "the container's own" "$(container_exec web /bin/call x64 83 /tmp/x 0755)" EPERM
equal "the host" "$("$programs/call" x64 83 /tmp/x 0755)" 0
control scale "with $there vkernels armed, mkdir was denied in the container and in the last of the others, not on the host"
exec 3>&-
container_remove web
wait_until 300 all_dead || fail "not all are dead"
for plugin in $plugins; do
	eval "rmdir $vkernels/v{1..$((there - 1))}/$plugin $vkernels/web/$plugin" || fail "$plugin stays"
done
eval "rmdir $vkernels/v{1..$((there - 1))} $vkernels/web" || fail "they stay"
dmesg -n 7
unload_all || fail "cannot unload"
