#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: functions of the running kernel are hooked and unhooked while ftrace,
# proves: function_graph, kprobes and BPF programs at their entries and ends use
# proves: them too, in any order, and the kernel's text is afterwards byte for byte
# proves: what it was; a kprobe that holds up a removal holds up nobody else
# append: tsc=nowatchdog
# kernels: all-long
# kaslr

# shellcheck source=tests/e2e/bpf.sh
. "$(dirname "$0")/bpf.sh"

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

# bpf_counts WHAT: every program counts ten calls.
bpf_counts()
{
	local first last i

	echo >&6
	read -ra first <&5
	for ((i = 0; i < 10; i++)); do
		/bin/true
	done
	echo >&6
	read -ra last <&5
	[ ${#last[@]} -gt 0 ] || fail "$1: no counts"
	for i in "${!last[@]}"; do
		[ $((last[i] - first[i])) -ge 10 ] ||
			fail "$1: BPF counts ${first[*]}, then ${last[*]}"
	done
	echo "ok: $1 (BPF: ${last[*]})"
}

modprobe hookcore || fail "hookcore does not load"
before=$(text)

load
[ "$(wc -l <$hooks)" = 4 ] || fail "not four hooks: $(cat $hooks)"
[ "$(text)" != "$before" ] || fail "no text has changed: the comparison proves nothing"
counts "hooked"

for tracer in function function_graph; do
	echo "-- $tracer on a hooked function, and a hook on a traced one"
	echo setup_new_exec >$tracing/set_ftrace_filter
	echo $tracer >$tracing/current_tracer
	counts "traced"
	grep -q setup_new_exec $tracing/trace || fail "the tracer does not see it"
	rmmod hookcore_basic || fail "cannot unload under the tracer"
	echo >$tracing/trace
	/bin/true
	grep -q setup_new_exec $tracing/trace || fail "the tracer sees it no longer"
	load
	echo >$tracing/trace
	counts "hooked while traced"
	grep -q setup_new_exec $tracing/trace || fail "the tracer does not see it under a hook"
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
	counts "no longer traced"
done

echo "-- BPF programs on a hooked function, and a hook on one that has them"
for kinds in fentry "fentry fexit"; do
	# shellcheck disable=SC2086 # words
	bpf_attach setup_new_exec $kinds
	counts "hooked, then $kinds"
	bpf_counts "hooked, then $kinds"
	rmmod hookcore_basic || fail "cannot unload under $kinds"
	bpf_counts "the hook is gone"
	load
	counts "$kinds, then hooked"
	bpf_counts "$kinds, then hooked"
	bpf_detach
	counts "$kinds gone"
done

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
equal "hooks that wait for it" "$(grep -c state=retiring $hooks)" 4
# Nobody else waits: here a function that is being unhooked is hooked meanwhile.
modprobe hookcore_target && rmmod hookcore_target || fail "modules do not load"
modprobe hookcore_torture targets=vfs_write cycles=1 || fail "torture"
equal "installs meanwhile" "$(cat /sys/module/hookcore_torture/parameters/installs)" 1
rmmod hookcore_torture
echo 0 >$tracing/events/kprobes/jmp/enable
sleep 1
[ -d /sys/module/hookcore_basic ] || fail "unloaded under a disarmed kprobe"
echo "-:jmp" >>$tracing/kprobe_events
wait
[ ! -d /sys/module/hookcore_basic ] || fail "still loaded after the kprobe went"

[ ! -s $hooks ] || fail "hooks are left: $(cat $hooks)"
rmmod hookcore || fail "cannot unload hookcore"
equal "kernel text" "$(text)" "$before"
