#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the scanner of kernel logs finds each kind of splat in a log made bad
# proves: for it, none in a clean one, and excuses only what a test declares

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# What guests print at boot that looks bad and is not.
cat >"$work/clean" <<'EOF'
[    0.000000] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)
[    0.000000] Command line: console=ttyS0 panic_on_warn=1 oops=panic panic=-1
[    0.012000] kasan: KernelAddressSanitizer initialized
[    0.013000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    0.935463] PCI: Using host bridge windows from ACPI; if necessary, use "pci=nocrs" and report a bug
[    1.379642] AMD-Vi: AMD IOMMUv2 functionality not available on this system - This is not a bug.
[    1.540000] kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)
[    1.540001] kmemleak: Automatic memory scanning thread started
[    1.600000] rcu: Hierarchical RCU implementation.
[    2.145605] hookcore: loading out-of-tree module taints kernel.
[    2.154800] vkernel: web: the host's pid namespace cannot have a vkernel
EOF

# One line of each kind, as kernels print them.
cat >"$work/splats" <<'EOF'
[    5.1] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    5.1] BUG: unable to handle page fault for address: ffffffffc0402000
[    5.1] BUG kmalloc-64 (Tainted: G           O      ): Poison overwritten
[    5.1] BUG: KASAN: slab-out-of-bounds in hook_add+0x1f/0x40 [hookcore]
[    5.1] WARNING: CPU: 0 PID: 71 at kernel/trace/ftrace.c:2022 ftrace_bug+0x1e8/0x2a0
[    5.1] WARNING: possible circular locking dependency detected
[    5.1] WARNING: suspicious RCU usage
[    5.1] ------------[ cut here ]------------
[    5.1] Oops: 0002 [#1] PREEMPT SMP NOPTI
[    5.1] int3: 0000 [#1] PREEMPT SMP NOPTI
[    5.1] invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
[    5.1] general protection fault, probably for non-canonical address 0xdead000000000100
[    5.1] traps: PANIC: double fault, error_code: 0x0
[    5.1] Kernel panic - not syncing: Fatal exception
[    5.1]  Call Trace:
[    5.1] UBSAN: shift-out-of-bounds in hookcore/reloc.c:120:9
[    5.1] list_add corruption. prev->next should be next (ffff8), but was ffff9
[    5.1] list_del corrupted. next->prev should be ffff8
[    5.1] refcount_t: underflow; use-after-free.
[    5.1] BUG: scheduling while atomic: busy/201/0x00000002
[    5.1] BUG: sleeping function called from invalid context at mm/slab.h:292
[    5.1] rcu: INFO: rcu_preempt self-detected stall on CPU
[    5.1] rcu: INFO: rcu_sched detected stalls on CPUs/tasks: { 1-...! }
[    5.1] INFO: rcu_tasks detected stalls on tasks:
[    5.1] watchdog: BUG: soft lockup - CPU#1 stuck for 62s! [rmmod:431]
[    5.1] NMI watchdog: Watchdog detected hard LOCKUP on cpu 0
[    5.1] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!
[    5.1] INFO: task rmmod:431 blocked for more than 120 seconds.
[    5.1] INFO: possible recursive locking detected
[    5.1] kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
unreferenced object 0xffff888003a1c000 (size 64):
[    5.1] ftrace failed to modify [<ffffffff81040ff0>] vfs_read+0x0/0x10
[    5.1] BUG: Bad page state in process busy  pfn:03a1c
EOF

expect()
{
	local want=$1 what=$2
	shift 2
	"$VM_DIR/scan" "$@" >"$work/out" 2>&1 && status=clean || status=guilty
	[ "$status" = "$want" ] && return
	echo "$what: $status, should be $want"
	cat "$work/out"
	failures=$((failures + 1))
}

expect clean "a clean log" "$work/clean"
while IFS= read -r line; do
	{ cat "$work/clean"; echo "$line"; } >"$work/bad"
	expect guilty "$line" "$work/bad"
done <"$work/splats"

: >"$work/empty"
expect guilty "an empty log" "$work/empty"
expect guilty "no log" "$work/no-such-file"
expect guilty "what is no kernel log" "$work/splats"

{ cat "$work/clean"; echo "[    5.1] BUG: this one is expected"; } >"$work/bad"
echo 'BUG: this one is expected$' >"$work/allow"
expect clean "a declared line" --allow "$work/allow" "$work/bad"
echo "[    5.1] BUG: another one" >>"$work/bad"
expect guilty "a line not declared" --allow "$work/allow" "$work/bad"
{
	cat "$work/clean"
	printf '[    5.1] %s\n' "sh: vmalloc error: size 32768" "CPU: 1 PID: 152 Comm: sh" "Call Trace:"
} >"$work/bad"
expect guilty "a trace not declared" "$work/bad"
echo 'vmalloc error: size [0-9]+' >"$work/allow"
expect clean "the trace of a declared line" --allow "$work/allow" "$work/bad"
echo "[    5.1] Call Trace:" >>"$work/bad"
expect guilty "another trace" --allow "$work/allow" "$work/bad"
echo 'BUG: (' >"$work/allow"
expect guilty "a broken expression" --allow "$work/allow" "$work/bad"
printf '\n' >"$work/allow"
expect guilty "an empty expression" --allow "$work/allow" "$work/bad"

echo "$(grep -c . "$work/splats") splats tried, $failures wrong"
[ "$failures" = 0 ]
