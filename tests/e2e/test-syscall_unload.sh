#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while 1,000 tasks of a container sleep in all kinds of calls, the plugin
# proves: is busy and they stay confined; detached, its text is restored
# proves: within a second, rmmod is done within 30, and the calls return normally
# append: tsc=nowatchdog
# kernels: all
# long
# mem: 2G
# timeout: 900

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

count=1000
vk=$vkernels/web
tracing=/sys/kernel/tracing

# differing FILE: in which functions the kernel's text is not what is in the
# file.
differing()
{
	local start offset

	"$programs/kerneltext" >/tmp/text-now
	start=$(sed -n 's/ T _stext$//p' /proc/kallsyms)
	cmp -l "$1" /tmp/text-now | while read -r offset _; do
		printf '%x\n' $((0x$start + offset - 1))
	done >/tmp/differ
	awk 'NR == FNR { at[n++] = $1; next }
		$2 ~ /[tT]/ && !$4 { while (i < n && at[i] < $1) { print last; i++ } last = $3 }' \
		/tmp/differ <(sort /proc/kallsyms) | uniq | paste -sd' '
}

# trace_time WORDS: when it was traced, in milliseconds.
trace_time()
{
	sed -n "/$1/s/.* \([0-9]*\)\.\([0-9]*\): .*/\1\2/p" $tracing/trace |
		tail -n 1 | sed 's/...$//'
}

says()
{
	container_output web | grep -qx "$1"
}

# What the kernel patches in itself while there are containers, or the first time
# that anybody traces, is no difference of ours.
modprobe hookcore && modprobe vkernel || fail "modules do not load"
container_bundle first /bin/sh -c 'asleep 10; sleep 1000'
touch $bundles/first/rootfs/go
container_create first && container_start first || fail "no container"
ran() { container_output first | grep -qx right; }
wait_until 20 ran || fail "the calls fail without us"
container_exec first /bin/call x64 39 >/dev/null
echo 1 >$tracing/events/hookcore/enable
echo 0 >$tracing/events/hookcore/enable
"$programs/kerneltext" >/tmp/text-before
modprobe vkernel_syscall || fail "the plugin does not load"
[ -n "$(differing /tmp/text-before)" ] || fail "control: it changes no text"

container_bundle web /bin/asleep $count
container_create web
vkernel_make web "x64 83 EPERM"
# Hooked with it: where a task's parent sleeps until a child of vfork() has gone.
echo "clone newuts EPERM" >$vk/syscall/object_add && echo 1 >$vk/syscall/commit ||
	fail "no rule"
grep -q '^kernel_clone ' /sys/kernel/debug/hookcore/hooks || fail "not hooked"
vkernel_arm web web && container_start web || fail "cannot start"
wait_until 120 says asleep || fail "they do not sleep"
[ "$(cat $vk/members)" -ge $count ] || fail "only $(cat $vk/members) members"
echo "asleep: $(cat $vk/members) tasks"

echo "-- not detached"
refused "in use" rmmod vkernel_syscall
refused "busy" rmdir $vk/syscall
refused "--force" /vk/vkctl detach web
equal "still confined" "$(container_exec web /bin/call x64 83 /tmp/x 0755)" EPERM

echo "-- detached"
/vk/vkctl detach --force web || fail "cannot detach"
equal "free" "$(container_exec web /bin/call x64 83 /tmp/x 0755)" 0
equal "members" "$(cat $vk/members)" 0
rmdir $vk/syscall || fail "cannot take the plugin away"
echo 1 >$tracing/events/hookcore/enable
echo rmmod-begins >$tracing/trace_marker
rmmod vkernel_syscall || fail "cannot unload"
echo rmmod-ends >$tracing/trace_marker
echo 0 >$tracing/events/hookcore/enable
equal "functions whose text is not what it was" "$(differing /tmp/text-before)" ""
# The only stops of the machine that wrote: the doors', and the rules'.
equal "stops that wrote" "$(grep -c 'hookcore_stop: patches=[1-9].* result=0' \
	$tracing/trace)" 2
begin=$(trace_time rmmod-begins)
restored=$(($(trace_time 'hookcore_stop: patches=[1-9]') - begin))
unloaded=$(($(trace_time rmmod-ends) - begin))
echo "text restored after $restored ms, unloaded after $unloaded ms"
[ $restored -ge 0 ] && [ $restored -le 1000 ] || fail "text: $restored ms"
[ $unloaded -ge $restored ] && [ $unloaded -le 30000 ] || fail "rmmod: $unloaded ms"
says right && fail "they woke before their time"

echo "-- and the calls return"
touch $bundles/web/rootfs/go
container_wait web
container_output web
says right || fail "not all calls returned what they should"
container_remove web
container_remove first
wait_until 10 vkernel_is web created || wait_until 1 vkernel_is web dead ||
	fail "$(cat $vk/state)"
rmdir $vk && unload_all || fail "cannot unload"
