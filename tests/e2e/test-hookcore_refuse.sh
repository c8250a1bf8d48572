#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what cannot work refuses to load, says why in one line, and leaves
# proves: nothing behind: other kernel, missing symbol, missing hook point,
# proves: window that cannot be taken, lockdown
# kernels: all

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

modules=/vk/modules
debug=/sys/kernel/debug/hookcore

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
basic=$modules/hookcore_basic.ko
no_load "no_such_function: no such function" $basic targets=vfs_read,no_such_function
no_load "enabled_show: several functions" $basic targets=enabled_show
no_load "must not be probed" $basic targets=vfs_read,do_syscall_64
no_load "text of hookcore" $basic targets=hookcore_register
no_load "text of hookcore" $basic targets=__rcu_read_lock

echo "-- windows that cannot be taken"
modprobe hookcore_target threads=0 || fail "no targets"
no_load "target_switched: jump label in the window" $basic targets=vfs_read,target_switched
no_load "target_backwards: branch into the window" $basic targets=vfs_read,target_backwards
rmmod hookcore_target
echo "p:vk vfs_read+$(check vfs_read | sed 's/.*+\(0x[0-9a-f]*\)\/.*/\1/')" \
	>/sys/kernel/tracing/kprobe_events || fail "cannot set a kprobe"
no_load "kprobe in the window" $basic targets=vfs_read
echo >/sys/kernel/tracing/kprobe_events

echo "-- and without what is in the way it loads"
insmod $basic targets=vfs_read || fail "does not load"
rmmod hookcore_basic
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
