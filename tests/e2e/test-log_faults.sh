#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a container sees what the kernel says of its own programs' faults, of each
# proves: kind, and nothing of another's; what cannot be shown is said at load
# kernels: all-long
# log-allow: traps: klog\[[0-9]*\] general protection fault
# log-allow: traps: klog\[[0-9]*\] trap (invalid opcode|divide error|int3)
# log-allow: \] Call Trace:
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
lost=" $(dmesg | sed -n 's/.*vkernel_log: no function \([^ ]*\) to hook: .*/\1/p' | paste -sd ' ') "
for function in __bad_area_nosemaphore show_signal signal_fault warn_bad_vsyscall; do
	if grep -q " $function\$" /proc/kallsyms; then
		[[ $lost != *" $function "* ]] || fail "$function is there"
	else
		[[ $lost == *" $function "* ]] || fail "nothing said of $function"
	fi
done
! is_debug ||
	echo "skipped: the debug kernel has no function to hook for lines of:$lost"
for name in a b; do
	log_vkernel $name && log_start $name || fail "cannot start $name"
done

# fault KIND FUNCTION PATTERN: the line is a's, and shown if FUNCTION is hooked.
fault()
{
	local got

	equal "$1: it dies" "$(inside a klog crash 1 "$1")" ""
	grep -q "^a .*$3" /sys/kernel/debug/vkernel_log/log || fail "$1: no line"
	got=$(inside a klog action 3 | grep -c "$3")
	if [[ $lost == *" $2 "* ]]; then
		equal "$1: not shown, for want of $2" "$got" 0
	else
		equal "$1: shown" "$got" 1
	fi
}

fault null bad_area_nosemaphore "segfault at 10 "
fault constant __bad_area_nosemaphore "segfault at .* error 7 "
fault opcode do_error_trap "trap invalid opcode"
fault division do_error_trap "trap divide error"
fault protection show_signal "general protection fault"
fault int3 show_signal "trap int3"
fault frame signal_fault "bad frame in rt_sigreturn"
if ! lacks vsyscalls grep -q " warn_bad_vsyscall\$" /proc/kallsyms; then
	fault vsyscall warn_bad_vsyscall "vsyscall attempted"
fi

echo "-- what is said of more than the task: out of memory"
log_bundle c
sed -i 's|"linux": {|&"cgroupsPath": "/small", |; s|"resources": {|&"memory": { "limit": 33554432, "swap": 33554432 }, |' \
	$bundles/c/config.json
log_vkernel c && container_create c && vkernel_arm c c && container_start c ||
	fail "cannot start c"
inside c "tail /dev/zero"
equal "own: not shown" "$(inside c klog action 3 | grep -c 'invoked oom-killer')" 0
grep -q '^c .*tail invoked oom-killer' /sys/kernel/debug/vkernel_log/log ||
	fail "nobody was out of memory, or not as c's: this proves nothing"
echo all >$vkernels/c/log/mode
inside c "tail /dev/zero"
equal "all: shown" "$(inside c klog action 3 | grep -c 'invoked oom-killer')" 1
equal "b sees none of it" "$(inside b klog action 3)" ""

log_remove a b c
unload_all || fail "cannot unload"
