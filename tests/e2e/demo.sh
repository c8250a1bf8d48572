#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the main job, as "make run" shows it: one container is denied a system
# proves: call by its own kernel, another and the host are not, and nothing stays
#
# The story of vKernel in one screen. Every line that says what happened was
# checked; the first one that is not as it should be ends the demo with an error.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

title()
{
	printf '\n%s\n' "== $* =="
}

# The outcome of one attempt beside what it should be.
check()
{
	local what=$1 got=$2 want=$3

	if [ "$got" != "$want" ]; then
		printf '  %-44s %s, but should be %s\n' "$what" "$got" "$want"
		echo "DEMO FAILED"
		exit 1
	fi
	printf '  %-44s %s\n' "$what" "$got"
}

in_words()
{
	case $1 in
	0) echo works ;;
	EPERM) echo "denied (EPERM)" ;;
	*) echo "${1:-nothing}" ;;
	esac
}

# What a container tries; each attempt prints one word.
attempts='
call x64   83 /by-64-bit 0755
call int80 39 /by-int-80 0755
unshare -p -f call x64 83 /by-nested 0755
klog crash 1; klog action 3 >/log; echo $(grep -c segfault /log) $(wc -l </log)
'

# Whose kernel log is it, by what it has of segfaults, and of lines at all?
whose_log()
{
	local faults lines

	read -r faults lines <<<"$1"
	if [ "${faults:-0}" -eq 0 ]; then
		echo none
	elif [ "$lines" -le 5 ]; then
		echo "only its own"
	else
		echo "the host's"
	fi
}

# bundle NAME: a container that makes these attempts.
bundle()
{
	container_bundle "$1" /bin/sh -c "$attempts"
	container_may_syslog "$1"
}

# show NAME OUTCOME LOG: what the three attempts of a container came to.
show()
{
	local results

	mapfile -t results <"$bundles/$1/output"
	check "mkdir, 64-bit call" "$(in_words "${results[0]}")" "$2"
	check "mkdir, 32-bit call (int 0x80)" "$(in_words "${results[1]}")" "$2"
	check "mkdir, in a pid namespace inside it" \
		"$(in_words "${results[2]}")" "$2"
	check "the kernel log, after a crash of its own" \
		"$(whose_log "${results[3]}")" "$3"
}

on_host()
{
	local outcome

	outcome=$("$programs/call" "$@")
	rmdir /tmp/by-host 2>/dev/null
	in_words "$outcome"
}

must()
{
	"$@" || { echo "  failed: $*"; echo "DEMO FAILED"; exit 1; }
}

plugins=${PLUGINS-syscall log}
# Of sched a vkernel has no directory: its policies are the control groups'.
directories=()
for plugin in $plugins; do
	[ "$plugin" = sched ] || directories+=("$plugin")
done

# In "make shell" all is loaded already; the story begins before that.
must unload_all

title "A stock kernel"
echo "  $(uname -r), $(uname -v)"
# One container first: it makes the kernel switch on, once, what containers use
# (its own code patching), so that all later differences are ours.
bundle first
container_run first >/dev/null
must "$programs/kerneltext" >/tmp/text-before
echo "  its code: $(stat -c %s /tmp/text-before) bytes, sha256 $(sha256sum /tmp/text-before | cut -c 1-16)..."

title "Load hookcore, vkernel and the plugins: $plugins"
must modprobe hookcore
must modprobe vkernel
for plugin in $plugins; do
	must modprobe "vkernel_$plugin"
done
echo "  functions of the kernel that now jump to us first:"
sed 's/ \[[^ ]*\] owner/ owner/' /sys/kernel/debug/hookcore/hooks | sort | while read -r hook owner _; do
	printf '    %-20s %s\n' "$hook" "${owner#owner=}"
done
must "$programs/kerneltext" >/tmp/text-now
differing=$(cmp -l /tmp/text-before /tmp/text-now | wc -l)
[ "$differing" -gt 0 ] || must false # the comparison sees nothing at all
echo "  bytes of its code that are ours now: $differing"
rm /tmp/text-now

title "Two containers, made by crun; one gets a virtual kernel"
bundle web
bundle plain
must container_create web
must container_create plain
must mkdir $vkernels/web
for plugin in "${directories[@]}"; do
	must mkdir "$vkernels/web/$plugin"
done
outcome=works log="the host's"
case " $plugins " in
*" syscall "*)
	outcome="denied (EPERM)"
	echo "x64 83 EPERM" >$vkernels/web/syscall/rules_add
	echo "ia32 39 EPERM" >$vkernels/web/syscall/rules_add
	echo 1 >$vkernels/web/syscall/commit
	echo "  rules of container web:"
	sed 's/^/    /' $vkernels/web/syscall/rules
	;;
esac
case " $plugins " in
*" log "*) log="only its own" ;;
esac
must vkernel_arm web web
echo "  web is $(cat $vkernels/web/state), its init is process $(cat $vkernels/web/pid)"
must container_start web
must container_start plain
must container_wait web
must container_wait plain

title "Container web, with a virtual kernel"
show web "$outcome" "$log"
title "Container plain, without"
show plain works "the host's"
title "The host"
check "mkdir, 64-bit call" "$(on_host x64 83 /tmp/by-host 0755)" works
check "mkdir, 32-bit call (int 0x80)" "$(on_host int80 39 /tmp/by-host 0755)" works

title "The containers end"
container_remove web
container_remove plain
check "state of web's virtual kernel" "$(cat $vkernels/web/state)" dead
for plugin in "${directories[@]}"; do
	must rmdir "$vkernels/web/$plugin"
done
must rmdir $vkernels/web

title "Unload everything"
must unload_all
must "$programs/kerneltext" >/tmp/text-after
echo "  its code: $(stat -c %s /tmp/text-after) bytes, sha256 $(sha256sum /tmp/text-after | cut -c 1-16)..."
check "bytes that differ from before" \
	"$(cmp -l /tmp/text-before /tmp/text-after | wc -l)" 0
echo
echo "DEMO DONE"
