#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: each of the 16 subsets of the plugins loads by modprobe in any order, does for
# proves: a container what it should and nothing of what the others would, and unloads in
# proves: any order; at the end the kernel's text is what it was
# append: tsc=nowatchdog
# kernels: all
# long
# timeout: 1200

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

all=(syscall log mm sched)
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
RANDOM=$seed
echo "SEED=$seed"

parameter=wakeup_granularity_ns
[ ! -e /sys/kernel/debug/sched/base_slice_ns ] || parameter=base_slice_ns

# What a program of a container sees of each plugin, a word a line.
look="call x64 83 /made 0755
klog action 3 | grep -c by-the-host
cat /proc/sys/vm/overcommit_memory
cat /proc/sys/kernel/sched_$parameter 2>/dev/null || echo none
echo seen
while [ ! -e /go ]; do sleep 0.1; done"

# shuffle WORD...: into the array of that name, in an order that only the seed knows:
# drawn here, since bash seeds RANDOM anew in each subshell.
shuffle()
{
	local i j word

	shuffled=("$@")
	for ((i = $# - 1; i > 0; i--)); do
		j=$((RANDOM % (i + 1)))
		word=${shuffled[i]}
		shuffled[i]=${shuffled[j]}
		shuffled[j]=$word
	done
}

# modules_of PLUGIN...
modules_of()
{
	local plugin

	for plugin; do
		echo "vkernel_$plugin"
		[ "$plugin" != sched ] || echo vkernel_sched_params
	done
}

has()
{
	[[ " ${subset[*]} " == *" $1 "* ]]
}

# either PLUGIN YES NO: which of them, by whether the plugin is loaded.
either()
{
	if has "$1"; then echo "$2"; else echo "$3"; fi
}

# give PLUGIN COMMAND...: its directory and its settings, if it is loaded; if not,
# nobody can have it.
give()
{
	local plugin=$1
	shift

	if has "${plugin%_params}"; then
		mkdir $vkernels/web/"$plugin" && "$@" || fail "$plugin cannot be had"
	else
		refused "No such device" mkdir $vkernels/web/"$plugin"
	fi
}

set_syscall()
{
	put "x64 83 EPERM" $vkernels/web/syscall/rules_add && put 1 $vkernels/web/syscall/commit
}

set_mm()
{
	put 2000000 $vkernels/web/mm/overcommit_kbytes && put 2 $vkernels/web/mm/overcommit_memory
}

set_params()
{
	put 50000000 "$vkernels/web/sched_params/$parameter"
}

was_picked()
{
	[ "$(group_stat web picks_fifo)" -gt 0 ]
}

# The policy is the control group's, not the vkernel's.
try_policy()
{
	local file=$groups/web/cpu.real_policy

	if has sched; then
		put 1 $file && equal "policy" "$(cat $file)" 1
		wait_until 20 was_picked || fail "nothing was picked from the list"
		group_sound web
	elif [ -e $file ]; then
		fail "a policy without the plugin"
	fi
}

# One subset, from the first modprobe to the last rmmod.
try_subset()
{
	local modules module

	mapfile -t modules < <(modules_of "${subset[@]}")
	shuffle vkernel "${modules[@]}"
	modules=("${shuffled[@]}")
	echo "-- ${subset[*]:-none}: ${modules[*]} (SEED=$seed)"
	for module in "${modules[@]}"; do
		modprobe "$module" || fail "$module does not load"
	done
	rm -f $bundles/web/rootfs/go
	rmdir $bundles/web/rootfs/made 2>/dev/null
	container_create web && mkdir $vkernels/web || fail "no vkernel"
	give syscall set_syscall
	give log true
	give mm set_mm
	give sched_params set_params
	vkernel_arm web web && container_start web || fail "cannot start"
	wait_until 20 grep -q seen $bundles/web/output || fail "it says $(container_output web)"
	equal "seen" "$(paste -sd' ' $bundles/web/output)" \
		"$(either syscall EPERM 0) $(either log 0 1) $(either mm 2 0) $(either sched 50000000 none) seen"
	try_policy
	touch $bundles/web/rootfs/go
	container_wait web
	container_remove web
	wait_until 20 vkernel_is web dead || fail "it lives on"
	for module in $vkernels/web/{syscall,log,mm,sched_params}; do
		[ ! -d "$module" ] || rmdir "$module" || fail "$module stays"
	done
	rmdir $vkernels/web || fail "web stays"
	shuffle "${modules[@]}"
	echo "   unloaded: ${shuffled[*]}"
	for module in "${shuffled[@]}"; do
		[ "$module" = vkernel ] || rmmod "$module" || fail "$module does not unload"
	done
	rmmod vkernel hookcore || fail "what they need does not unload"
}

echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
echo by-the-host >/dev/kmsg
container_bundle web /bin/sh -c "$look"
touch $bundles/web/rootfs/go
container_run web >/dev/null
"$programs/kerneltext" >/tmp/text-before || fail "no text"
shuffle {0..15}
echo "subsets: ${shuffled[*]}"
for set in "${shuffled[@]}"; do
	subset=()
	for i in 0 1 2 3; do
		[ $((set >> i & 1)) = 0 ] || subset+=("${all[i]}")
	done
	try_subset
done
"$programs/kerneltext" >/tmp/text-after
equal "bytes of the kernel's text that differ" "$(cmp -l /tmp/text-before /tmp/text-after | wc -l)" 0
