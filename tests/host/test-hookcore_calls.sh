#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: no module calls by a pointer what it has found by its name, which a kernel built
# proves: for IBT may have sealed: all that call by a pointer are known, with whom they call

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

# Callbacks of ours, and of who registered them; what the kernel itself calls by that
# pointer, and so cannot have sealed: a tracepoint's probes, a file's, a class's of the
# scheduler, and a table's of the system calls.
known="hookcore: __traceiter_.* hook_install_waiting hook_remove_all hook_set_state
hookcore: module_leads_into reloc_branches_into stack_visit stack_walk text_stopped
vkernel: answer_read plugin_dir_make plugin_join plugin_memory plugin_retire
vkernel: release_dir tell_place views_answer write_text
vkernel_log: __traceiter_.* decide_open decide_poll forget_file store_number
vkernel_mm: store
vkernel_sched: queue_change
vkernel_syscall: __traceiter_.* replacement_run store_lines"

# callers OBJECT: its functions that call, or jump, by a pointer.
callers()
{
	objdump -dr --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3) }
		/__x86_indirect_thunk|(call|jmp) +\*/ { print name }' | sort -u
}

# unknown MODULE OBJECT: those that are not among the known ones.
unknown()
{
	callers "$2" | grep -vxE "$(sed -n "s/^$1: //p" <<<"$known" | paste -sd' ' |
		tr -s ' ' '|')" || true
}

# look MODULE OBJECT
look()
{
	local found

	found=$(unknown "$@")
	[ -n "$found" ] || return 0
	echo "FAIL: $1 calls by a pointer, whom? $(paste -sd' ' <<<"$found")"
	status=1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
kernel=${KERNEL:-stock}
kdir=$("$VM_DIR/kernel" "$kernel")
"$VM_DIR/guest" --build "$kernel" 2>/dev/null
for module in hookcore/hookcore vkernel/vkernel plugins/{syscall/vkernel_syscall,log/vkernel_log} \
	plugins/{mm/vkernel_mm,sched/vkernel_sched,sched/vkernel_sched_params}; do
	object=$BUILD/${kdir##*/}/$module.ko
	[ -f "$object" ] || { echo "FAIL: no $object"; exit 1; }
	look "${module##*/}" "$object"
done
# Control: one that does, with a thunk and without.
for option in keep thunk-extern; do
	gcc -O2 -c -mindirect-branch=$option -x c -o "$work/control.o" - <<-'END_OF_FILE'
	int find(int (*found)(void)) { return found() + 1; }
	END_OF_FILE
	[ "$(unknown hookcore "$work/control.o")" = find ] || {
		echo "FAIL: control: $option is not seen"
		exit 1
	}
done
[ "$(callers "$BUILD/${kdir##*/}/hookcore/hookcore.ko" | wc -l)" -ge 8 ] ||
	{ echo "FAIL: control: hookcore has callbacks"; exit 1; }
[ "$status" != 0 ] || echo "ok: whoever calls by a pointer is known, ${kdir##*/}"
exit "$status"
