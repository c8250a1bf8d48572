#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: functions of the running kernel are hooked and unhooked while ftrace
# proves: and kprobes use them too, and the kernel's text is afterwards byte for
# proves: byte what it was
# kernels: all

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

tracing=/sys/kernel/tracing
hooks=/sys/kernel/debug/hookcore/hooks
calls=/sys/kernel/debug/hookcore_basic/calls
targets=x64_sys_call,vfs_read,setup_new_exec,vfs_write

text()
{
	"$programs/kerneltext" | sha256sum
}

calls_of()
{
	sed -n "s/^$1 //p" "$calls"
}

# counts WHAT: are calls still counted?
counts()
{
	local before after

	before=$(calls_of setup_new_exec)
	/bin/true
	after=$(calls_of setup_new_exec)
	[ "$after" -gt "$before" ] || fail "$1: the handler does not run"
	echo "ok: $1"
}

load()
{
	modprobe hookcore_basic targets=$targets || fail "cannot hook $targets"
}

probe()
{
	echo "$1" >>$tracing/kprobe_events || fail "kprobe $1"
}

# hits NAME: how often a kprobe was hit.
hits()
{
	awk -v name="$1" '$1 == name { print $2 }' $tracing/kprobe_profile
}

modprobe hookcore || fail "hookcore does not load"
before=$(text)

load
[ "$(wc -l <$hooks)" = 4 ] || fail "not four hooks: $(cat $hooks)"
[ "$(text)" != "$before" ] || fail "no text has changed: the comparison proves nothing"
counts "hooked"

echo "-- ftrace on a hooked function, and a hook on a traced one"
echo setup_new_exec >$tracing/set_ftrace_filter
echo function >$tracing/current_tracer
counts "traced"
grep -q setup_new_exec $tracing/trace || fail "the tracer does not see it"
rmmod hookcore_basic || fail "cannot unload under the tracer"
load
counts "hooked while traced"
echo nop >$tracing/current_tracer
echo >$tracing/set_ftrace_filter
counts "no longer traced"

echo "-- a kprobe at the entry of a hooked function"
probe "p:entry setup_new_exec"
echo 1 >$tracing/events/kprobes/entry/enable
counts "probed at the entry"
[ "$(hits entry)" -gt 0 ] || fail "the kprobe does not see it"
echo 0 >$tracing/events/kprobes/entry/enable
echo "-:entry" >>$tracing/kprobe_events

echo "-- a kprobe on our jmp: unhooking waits until it is gone"
site=$(sed -n 's/^setup_new_exec .*site=\(setup_new_exec+0x[0-9a-f]*\).*/\1/p' $hooks)
probe "p:jmp $site"
echo 1 >$tracing/events/kprobes/jmp/enable
counts "probed at the jmp"
[ "$(hits jmp)" -gt 0 ] || fail "the kprobe does not see it"
# A hook before ours would write over the kprobe.
modprobe hookcore_torture targets=setup_new_exec cycles=1 priority=1 || fail "torture"
[ "$(cat /sys/module/hookcore_torture/parameters/busy)" = 1 ] ||
	fail "hooked over a kprobe"
rmmod hookcore_torture
counts "refused: another hook over the kprobe"
rmmod hookcore_basic &
sleep 2
[ -d /sys/module/hookcore_basic ] || fail "unloaded under a kprobe"
echo 0 >$tracing/events/kprobes/jmp/enable
sleep 1
[ -d /sys/module/hookcore_basic ] || fail "unloaded under a disarmed kprobe"
echo "-:jmp" >>$tracing/kprobe_events
wait
[ ! -d /sys/module/hookcore_basic ] || fail "still loaded after the kprobe went"

[ ! -s $hooks ] || fail "hooks are left: $(cat $hooks)"
rmmod hookcore || fail "cannot unload hookcore"
equal "kernel text" "$(text)" "$before"
