#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what cannot work refuses to load, says why in one line and, where a
# proves: function is concerned, in one trace event, and leaves nothing behind: other
# proves: kernel, missing symbol, missing hook point, window that cannot be taken,
# proves: lockdown
# log-allow: cannot hook target_warns: BUG or WARN in the window
# append: tsc=nowatchdog
# kernels: all

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modules=/vk/modules
debug=/sys/kernel/debug/hookcore
tracing=/sys/kernel/tracing

text()
{
	"$programs/kerneltext" | sha256sum
}

# no_load REASON FILE [PARAMETER...]: refused, with one new line that has REASON.
no_load()
{
	local reason=$1 lines
	shift

	dmesg -C
	insmod "$@" 2>/dev/null && fail "not refused: $*"
	lines=$(said)
	[ "$(wc -l <<<"$lines")" = 1 ] || fail "not one line: $lines"
	grep -q -- "$reason" <<<"$lines" || fail "not '$reason': $lines"
	echo "ok: $lines"
	[ ! -s $debug/hooks ] || fail "hooks are left"
}

# no_hook TARGET REASON TARGETS: hookcore_basic may not hook all of TARGETS, because
# of TARGET.
no_hook()
{
	local events

	echo >$tracing/trace
	no_load "cannot hook $1: .*$2" $modules/hookcore_basic.ko "targets=$3"
	events=$(sed -n 's/.*: hookcore_refuse: //p' $tracing/trace)
	[[ $events == "target=$1 owner=hookcore_basic reason='"*"$2"*"' hint='"*"'" &&
		$events != *$'\n'* ]] || fail "not one event with '$2': '$events'"
}

# check FUNCTION: what hookcore says of it.
check()
{
	exec 3<>$debug/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

before=$(text)

echo "-- a module for another kernel"
sed "s/\(vermagic=[^ ]*\) SMP/\1 UMP/" $modules/hookcore.ko >/tmp/magic.ko
no_load "version magic .* should be" /tmp/magic.ko
if ! lacks "module versions" module_versions; then
	# One bit of the checksum of what struct module and its like look like.
	perl -0777 -pe 's/(.)(.{7}module_layout\0)/chr(ord($1) ^ 1) . $2/se' \
		$modules/hookcore.ko >/tmp/layout.ko
	no_load "disagrees about version of symbol module_layout" /tmp/layout.ko
fi

echo "-- a kernel that lacks what hookcore needs"
sed 's/\x00set_memory_ro\x00/\x00set_memory_rq\x00/' $modules/hookcore.ko >/tmp/lacks.ko
no_load "this kernel has no set_memory_rq" /tmp/lacks.ko
[ ! -d /sys/module/hookcore ] || fail "hookcore is loaded"
[ ! -d $debug ] || fail "its debugfs directory is left"

echo "-- hook points"
modprobe hookcore || fail "hookcore does not load"
echo 1 >$tracing/events/hookcore/hookcore_refuse/enable
no_hook no_such_function "no such function" vfs_read,no_such_function
no_hook enabled_show "several functions" enabled_show
no_hook do_syscall_64 "must not be probed" vfs_read,do_syscall_64
no_hook hookcore_register "text of hookcore" hookcore_register
no_hook __rcu_read_lock "text of hookcore" __rcu_read_lock

echo "-- windows that cannot be taken"
modprobe hookcore_target threads=0 || fail "no targets"
no_hook target_switched "jump label in the window" vfs_read,target_switched
no_hook target_called "static call in the window" vfs_read,target_called
no_hook target_traced "ftrace site in the window" vfs_read,target_traced
no_hook target_warns "BUG or WARN in the window" vfs_read,target_warns
no_hook target_backwards "branch into the window" vfs_read,target_backwards
no_hook target_faults "exception table" vfs_read,target_faults
no_hook target_fixed "exception table" vfs_read,target_fixed
no_hook target_narrow "branch into the window" vfs_read,target_narrow
for name in target_wide target_padded; do
	[[ $(check $name) == *" yes: "*window=2* ]] ||
		fail "no use of the padding before it: $(check $name)"
done
# Behind a kprobe's int3 it is still there, and what cannot be decoded is not.
rmmod hookcore_target
modprobe hookcore_target threads=0 probe_branch=1 || fail "cannot set a kprobe"
no_hook target_backwards "branch into the window" vfs_read,target_backwards
# Is it the last one? KASAN has others behind.
is_debug || [ "$(grep -w '[tT]' /proc/kallsyms | grep -F '[hookcore_target]' | sort | tail -n 1 |
	cut -f1 | cut -d' ' -f3)" = target_last ] || fail "target_last is not the last one"
[[ $(check target_last) == *" yes: "* ]] || fail "refused: $(check target_last)"
[[ $(check target_recurse) =~ \ yes:.*window=([0-9]+) ]] ||
	fail "refused: $(check target_recurse)"
behind=$((BASH_REMATCH[1] + $(check target_recurse |
	sed 's/.*site=target_recurse+\(0x[0-9a-f]*\).*/\1/')))
echo "p:vk hookcore_target:target_recurse+$behind" >$tracing/kprobe_events &&
	echo 1 >$tracing/events/kprobes/vk/enable || fail "cannot set a kprobe"
[[ $(check target_recurse) == *" yes: "* ]] ||
	fail "refused: $(check target_recurse)"
echo 0 >$tracing/events/kprobes/vk/enable
echo >$tracing/kprobe_events
rmmod hookcore_target
echo "p:vk vfs_read+$(check vfs_read | sed 's/.*+\(0x[0-9a-f]*\)\/.*/\1/')" \
	>$tracing/kprobe_events || fail "cannot set a kprobe"
no_hook vfs_read "kprobe in the window" vfs_read
echo >$tracing/kprobe_events

echo "-- text of a module that has hooks"
modprobe hookcore_basic targets=vfs_read || fail "cannot hook"
for name in basic_notify basic_decide_0; do
	[[ $(check $name) == "$name no: text of hookcore, or that it runs on"* ]] ||
		fail "not refused: $(check $name)"
done
dmesg -C
insmod $modules/hookcore_torture.ko targets=basic_notify cycles=1 2>/dev/null &&
	fail "hooked"
said | grep -q "hookcore_torture: cannot hook basic_notify: text of hookcore" ||
	fail "no word of it: $(said)"
rmmod hookcore_basic

echo "-- and without what is in the way it loads"
echo >$tracing/trace
insmod $modules/hookcore_basic.ko targets=vfs_read || fail "does not load"
! grep -q hookcore_refuse $tracing/trace || fail "an event of a refusal"
rmmod hookcore_basic
# Switched on, it is in the kernel's text too.
echo 0 >$tracing/events/hookcore/hookcore_refuse/enable
equal "kernel text" "$(text)" "$before"

echo "-- lockdown"
mount -t securityfs none /sys/kernel/security 2>/dev/null
if lacks lockdown test -e /sys/kernel/security/lockdown; then
	rmmod hookcore || fail "cannot unload"
	exit
fi
modprobe hookcore_cost || fail "modules do not load"
# Reading this file registers a hook; once locked down it cannot be opened.
exec 4</sys/kernel/debug/hookcore_cost/guard
echo confidentiality >/sys/kernel/security/lockdown || fail "no lockdown"
dmesg -C
cat <&4 2>/dev/null && fail "hooked under lockdown"
dmesg | grep -q "cannot hook jiffies64_to_msecs: kernel is locked down" || fail "no word of it: $(dmesg)"
echo "ok: $(dmesg | tail -n 1)"
exec 4<&-
rmmod hookcore_cost hookcore || fail "cannot unload"
