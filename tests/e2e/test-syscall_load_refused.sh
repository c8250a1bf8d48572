#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a plugin, or vkernel itself, that cannot work does not load, says why in
# proves: one line, and leaves no hook and no directory behind
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

hooks=/sys/kernel/debug/hookcore/hooks

find_module()
{
	modinfo -F filename "$1"
}

# altered MODULE OLD NEW: a copy with one string changed, of the same length.
altered()
{
	LC_ALL=C sed "s/$2/$3/g" "$(find_module "$1")" >/tmp/altered.ko
	cmp -s "$(find_module "$1")" /tmp/altered.ko && fail "nothing to alter"
	echo /tmp/altered.ko
}

# not_loaded WHY: the log says so in one line.
not_loaded()
{
	local lines

	lines=$(said)
	[ "$(wc -l <<<"$lines")" = 1 ] || fail "not one line: $lines"
	grep -q "$1" <<<"$lines" || fail "not '$1': $lines"
	echo "ok: $lines"
}

nothing_left()
{
	[ ! -e $hooks ] || ! grep -q "$1" $hooks || fail "a hook is left"
	grep -q "^$1 " /proc/modules && fail "the module is left"
	return 0
}

module=$(find_module vkernel_syscall)
[ -n "$module" ] || fail "no module"

echo "-- without what it needs"
dmesg --clear
refused "Unknown symbol" insmod "$module"
nothing_left vkernel_syscall

modprobe hookcore && modprobe vkernel || fail "modules do not load"

echo "-- for another kernel"
dmesg --clear
refused "Invalid module format" insmod "$(altered vkernel_syscall \
	'\(vermagic=[^ ]* SMP\) preempt' '\1 foreign')"
not_loaded "vkernel_syscall: version magic"
nothing_left vkernel_syscall
if ! lacks "module versions" module_versions; then
	# The kernel's own checksum of struct module and what it is made of.
	dmesg --clear
	refused "Invalid module format" insmod "$(altered vkernel_syscall \
		'....\x00\x00\x00\x00module_layout' 'anew\x00\x00\x00\x00module_layout')"
	not_loaded "vkernel_syscall: disagrees about version of symbol module_layout"
	nothing_left vkernel_syscall
fi

echo "-- a function that the kernel does not have"
dmesg --clear
refused "Unknown symbol" \
	insmod "$(altered vkernel_syscall x32_sys_call x32_sys_cell)"
not_loaded "vkernel_syscall: cannot hook x32_sys_cell: no such function"
nothing_left vkernel_syscall

echo "-- a window that is taken"
modprobe vkernel_syscall || fail "control: does not load"
site=$(sed -n 's/^x64_sys_call .*site=\(x64_sys_call+0x[0-9a-f]*\).*/\1/p' $hooks)
[ -n "$site" ] || fail "the list of hooks does not say where"
rmmod vkernel_syscall
echo "p:taken $site" >/sys/kernel/tracing/kprobe_events || fail "no kprobe"
echo 1 >/sys/kernel/tracing/events/kprobes/taken/enable
dmesg --clear
refused "busy" insmod "$module"
not_loaded "vkernel_syscall: cannot hook x64_sys_call: kprobe in the window"
nothing_left vkernel_syscall
echo 0 >/sys/kernel/tracing/events/kprobes/taken/enable
echo >/sys/kernel/tracing/kprobe_events
insmod "$module" || fail "control: does not load once the kprobe is gone"
[ "$(grep -c vkernel_syscall $hooks)" -ge 2 ] || fail "control: no hooks"
rmmod vkernel_syscall vkernel

echo "-- vkernel itself"
dmesg --clear
refused "Unknown symbol" \
	insmod "$(altered vkernel setup_new_exec setup_new_exac)"
not_loaded "vkernel: cannot hook setup_new_exac: no such function"
nothing_left vkernel
[ -e $vkernels ] && fail "its directory is left"
dmesg --clear
refused "Unknown symbol" insmod "$(altered vkernel 'init_mm\x00' 'init_mn\x00')"
not_loaded "vkernel: not loaded: this kernel has no symbol init_mm"
nothing_left vkernel
modprobe vkernel || fail "control: does not load"
[ -d $vkernels ] || fail "control: no directory"
rmmod vkernel hookcore
