#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# soak.sh SECONDS SEED: for so long, one thing after the other, as the seed wants:
# containers come and go, each with a vkernel and work that never ends; any parameter
# of any vkernel and control group is set, to what it may be and to what it may not;
# plugins are unloaded and loaded, the container's or not, and all of it is looked at.
# On the debug kernel allocations fail meanwhile. Nothing may be left at the end.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"
# shellcheck source=tests/e2e/memory.sh
. "$(dirname "$0")/memory.sh"

seconds=${1:?how many seconds}
seed=${2:?which seed}
plugins=(syscall log mm sched_params sched)
names=(a b c d)
counts=/sys/kernel/debug/hookcore
declare -A did=() refused=()

# pick WORD...: one of them, into $picked. No subshell: it would draw from a copy.
pick()
{
	local i=$((RANDOM % $# + 1))

	picked=${!i}
}

# tell WHAT STATUS: for the summary.
tell()
{
	if [ "$2" = 0 ]; then
		did[$1]=$((${did[$1]:-0} + 1))
	else
		refused[$1]=$((${refused[$1]:-0} + 1))
	fi
}

# What the containers do, again and again: fork and exec, sleep, files, memory, their
# log, their parameters.
# shellcheck disable=SC2016 # the container's shell's
work='while :; do
	/bin/ls -lR /proc/self /tmp >/tmp/list 2>/dev/null
	for i in 1 2 3 4; do (echo $i >/tmp/$i; /bin/cat /tmp/$i) & done >/dev/null
	/bin/dd if=/dev/zero of=/tmp/much bs=64k count=16 2>/dev/null
	/bin/dmesg | /bin/tail -n 1
	/bin/cat /proc/sys/kernel/sched_* /proc/sys/vm/overcommit_*
	echo 1 >/proc/sys/vm/overcommit_memory
	/bin/rm -f /tmp/much
	/bin/usleep $(($$ % 7 * 1000))
	wait
done >/dev/null 2>&1'
# A tab is no part of a string in JSON.
work=${work//$'\t'/ }

is_loaded()
{
	[ -d "/sys/module/vkernel_$1" ]
}

# failing COMMAND...: where allocations fail, some of its do.
failing()
{
	(
		[ ! -e /proc/self/make-it-fail ] || echo 1 >/proc/self/make-it-fail
		"$@"
	)
}

# excused STATUS WHAT: where allocations fail anything may.
excused()
{
	[ "$1" = 0 ] || [ -d $failures/failslab ] || fail "$2: $(cat /tmp/come)"
}

# come NAME: a container with a vkernel, and half of the plugins that can be had: who is
# used by nobody can be unloaded. Any part may fail where allocations do; what is there
# is then taken away again.
come()
{
	local name=$1 plugin status

	[ ! -d $vkernels/"$name" ] || return
	container_create "$name" >/tmp/come 2>&1 && failing mkdir $vkernels/"$name" 2>>/tmp/come
	status=$?
	tell container $status
	excused $status "$name does not come"
	[ $status = 0 ] || return
	for plugin in "${plugins[@]}"; do
		if [ $((RANDOM % 2)) = 0 ] && is_loaded "$plugin"; then
			failing mkdir $vkernels/"$name/$plugin" 2>/dev/null
		fi
	done
	failing vkernel_arm "$name" "$name" 2>/dev/null
	tell arm $?
	container_start "$name" >/tmp/come 2>&1
	status=$?
	tell start $status
	excused $status "$name does not start"
}

# has_died NAME: or was never alive.
has_died()
{
	vkernel_is "$1" dead || vkernel_is "$1" created
}

vkernel_gone()
{
	rmdir $vkernels/"$1"/*/ $vkernels/"$1" 2>/dev/null
	[ ! -d $vkernels/"$1" ]
}

# go NAME: the container ends, and its vkernel with it.
go()
{
	container_remove "$1" >/dev/null 2>&1
	[ -d $vkernels/"$1" ] || return
	wait_until 60 has_died "$1" || fail "$1 is $(cat $vkernels/"$1"/state)"
	wait_until 60 vkernel_gone "$1" || fail "$1 stays"
	tell gone 0
}

# change FILE...: one of them gets a value, which may be wrong.
change()
{
	local file value

	[ $# -gt 0 ] || return
	pick "$@"
	file=$picked
	case ${file##*/} in
	*rules_add) pick "x64 $((RANDOM % 450)) EPERM" "x64 83 default" "x32 1-9 log" "ia32 39 trap" nonsense ;;
	*object_add) pick "open /tmp/[0-9] EACCES" "connect 127.0.0.1 80 EPERM" "clone newuser EPERM" "open" ;;
	*default) pick allow "x32 EPERM" log nonsense ;;
	*learn) pick 0 1 "x64 1 a0" ;;
	*thp_*) pick always madvise never defer inherit "64K:always" nonsense ;;
	*mode) pick own all host nonsense ;;
	*real_policy) pick 0 1 2 3 ;;
	*fifo_guard_us) pick 1000 20000 100000 1000000 0 nonsense ;;
	*restrict | *writable | *first | *clear | *reset | *commit | *adopt | *held) pick 0 1 1 2 ;;
	*_ns) pick 100000 3000000 50000000 inherit 0 nonsense ;;
	*overcommit_memory) pick 0 1 2 inherit 3 ;;
	*) pick 0 1 2 100 4096 65536 500000 3000000 100000000 inherit -1 nonsense ;;
	esac
	value=$picked
	failing put "$value" "$file" 2>/dev/null
	tell "${file##*/}" $?
}

# The pid is another step's.
settings()
{
	find $vkernels/"$1" -type f -perm -u+w ! -name pid 2>/dev/null | sort
	[ ! -e $groups/"$1"/cpu.real_policy ] ||
		printf '%s\n' $groups/"$1"/cpu.{real_policy,real_policy.held,fifo_guard_us}
}

# turn PLUGIN: unload it, or load it. Who is used refuses.
turn()
{
	if is_loaded "$1"; then
		rmmod "vkernel_$1" 2>/dev/null
		tell "unload $1" $?
	else
		modprobe "vkernel_$1" 2>/dev/null
		tell "load $1" $?
	fi
}

# detach NAME: its programs are the host's.
detach()
{
	[ -d $vkernels/"$1" ] || return
	put 0 $vkernels/"$1"/pid 2>/dev/null
	tell detach $?
}

# Everything that can be read, and what hookcore is asked.
look()
{
	find $vkernels -type f -perm -u+r -exec cat {} + >/dev/null 2>&1
	cat $groups/*/cpu.real_policy.stat $counts/{hooks,stops} >/dev/null 2>&1
	echo $((RANDOM % 2)) >$counts/count 2>/dev/null
	/vk/vkctl ls >/dev/null
	tell "vkctl ls" $?
}

# The host's own: it is not concerned by any of it.
host()
{
	mkdir $groups/probe && rmdir $groups/probe &&
		dmesg | tail -n 1 >/dev/null && /bin/true || fail "the host is concerned"
	tell host 0
}

# What a step draws depends on its number, not on how many draws there were before.
step()
{
	local name files

	RANDOM=$((seed * 7919 + steps))
	pick "${names[@]}"
	name=$picked
	case $((RANDOM % 20)) in
	0 | 1 | 2) come "$name" ;;
	3 | 4) go "$name" ;;
	5 | 6) pick "${plugins[@]}" && turn "$picked" ;;
	7) detach "$name" ;;
	8) look ;;
	9) host ;;
	*) mapfile -t files < <(settings "$name") && change "${files[@]}" ;;
	esac
}

# fail_in NAME: its first process, from which the others have it.
fail_in()
{
	local pid

	[ -d $failures/failslab ] && [ -e $bundles/"$1"/pid ] || return 0
	pid=$(container_pid "$1")
	[ ! -e "/proc/$pid/make-it-fail" ] || echo 1 >"/proc/$pid/make-it-fail" 2>/dev/null
}

summary()
{
	local what

	for what in "${!did[@]}" "${!refused[@]}"; do
		echo "$what ${did[$what]:-0} ${refused[$what]:-0}"
	done | sort -u | awk '{ no = $NF; yes = $(NF - 1); NF -= 2
		printf "  %-28s %6d done %6d refused\n", $0, yes, no }'
}

echo "seed $seed"
load_all && modprobe -a vkernel_log vkernel_mm vkernel_sched_params vkernel_sched ||
	fail "modules do not load"
echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
for name in "${names[@]}"; do
	container_bundle "$name" /bin/sh -c "$work"
done
# On the debug kernel.
let_fail 1 -1
steps=0 told=60 SECONDS=0
while [ $SECONDS -lt "$seconds" ]; do
	step
	steps=$((steps + 1))
	for name in "${names[@]}"; do
		fail_in "$name"
	done
	[ $SECONDS -lt $told ] || { echo "$SECONDS s: $steps steps"; told=$((told + 60)); }
done
let_fail 0 -1
for name in "${names[@]}"; do
	go "$name"
done
rm -rf /tmp/bundles /tmp/root-template
for plugin in "${plugins[@]}"; do
	! is_loaded "$plugin" || turn "$plugin"
done
unload_all || fail "cannot unload: $(lsmod | head)"
[ -z "$(leaked)" ] || { leaked | head -n 60; fail "leaks"; }
# Last: some of what is leaked here is taken for used at first, and found later.
if [ -e /sys/kernel/debug/kmemleak ]; then
	leak=/sys/module/hookcore_leak/parameters
	modprobe hookcore && modprobe hookcore_target threads=0 && modprobe hookcore_leak ||
		fail "modules do not load"
	echo 1 >$leak/forget && echo 10 >$leak/run
	[ -n "$(leaked)" ] || fail "a leak does not show: this proves nothing"
	leaks_no_more
	rmmod hookcore_leak hookcore_target hookcore || fail "cannot unload"
fi
equal "mappings of ours that are left" "$(grep -c 'vkernel\|hookcore' /proc/vmallocinfo)" 0
echo "$steps steps in $seconds s, seed $seed:"
summary
# A short one may have had no time for the rest.
must=(container arm start gone)
[ $steps -lt 1000 ] || must+=("${plugins[@]/#/load }" "${plugins[@]/#/unload }" detach)
for what in "${must[@]}"; do
	[ "${did[$what]:-0}" -gt 0 ] || fail "$what: never"
done
