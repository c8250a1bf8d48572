#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a relocated window does what the original does (Unicorn: registers,
# proves: flags, memory, where it goes on): every conditional branch both ways,
# proves: each function in Debian's 6.1 and 6.12, with an ftrace site and without,
# proves: windows of five bytes and of two ($EMULATE_SIZES), and 20,000 generated
# proves: windows ($EMULATE_WINDOWS, $EMULATE_SEED); and mutants of the relocator are
# proves: found out
# timeout: 600

# shellcheck source=tests/host/host.sh
. "$(dirname "$0")/host.sh"

WINDOWS=${EMULATE_WINDOWS:-20000}
read -ra SIZES <<<"${EMULATE_SIZES:-5 2}"
SEED=${EMULATE_SEED:-1}
COMPILER=(gcc -O2)
LIBS=-lunicorn
JOBS=$(nproc)
failed=0

# emulator NAME SOURCE-FOLDER
emulator()
{
	build "$1" "${COMPILER[@]}" "$HOST/emulate_reloc.c" "$HOST/window.c" \
		"$2"/{insn,reloc}.c
}

# Each shard has a seed of its own; its output names it.
random_shards()
{
	local shard pids=() pid status=0

	for ((shard = 0; shard < JOBS; shard++)); do
		"$WORK/emulate" random "$((SEED * 1000 + shard))" 0 \
			"$((WINDOWS / JOBS))" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return "$status"
}

functions()
{
	local folder counts

	folder=$("$VM_DIR/kernel" "$1") || return
	counts=$("$HOST/functions.py" "$folder/vmlinuz" "$WORK/functions-$1") || return
	echo "-- ${folder##*/}: $counts"
	[ "${counts%% *}" -ge 37000 ] || { echo "FAIL: these are not all functions"; return 1; }
	"$WORK/emulate" functions "$WORK/functions-$1" "${SIZES[@]}"
}

# One beside the other; what they say, one after the other.
all_functions()
{
	local kernel pids=() pid status=0

	for kernel in stock 6.12; do
		functions "$kernel" >"$WORK/log-$kernel" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	cat "$WORK"/log-{stock,6.12}
	return "$status"
}

# mutant NAME SED-SCRIPT
mutant()
{
	cp "$TOP"/hookcore/{insn,reloc}.c "$WORK/mutant/"
	sed -i "$2" "$WORK/mutant/reloc.c"
	if cmp -s "$WORK/mutant/reloc.c" "$TOP/hookcore/reloc.c"; then
		echo "$1: this rule is no longer where it was"
	elif ! emulator emulate-mutant "$WORK/mutant" >"$WORK/log" 2>&1; then
		echo "$1: does not build"
	elif "$WORK/emulate-mutant" random 1 0 20000 >"$WORK/log"; then
		echo "$1: NOT found out"
	elif ! grep -q MISMATCH "$WORK/log"; then
		echo "$1: crashes"
	else
		echo "$1: found out"
		return
	fi
	failed=$((failed + 1))
}

build_zydis "${COMPILER[@]}"
emulator emulate "$TOP/hookcore"
"$WORK/emulate" forms || failed=$((failed + 1))
all_functions || failed=$((failed + 1))
random_shards || failed=$((failed + 1))

mkdir "$WORK/mutant"
mutant "targets inside the window stay behind" \
	's/if (offset >= plan->window)/if (offset < plan->window || offset >= plan->window)/'
mutant "loop is treated as jcc" \
	's/return put_loop(plan, step);/return put_jcc(plan, step);/'
mutant "operands relative to rip are copied" \
	's/if (!insn->relative)/if (insn->relative || !insn->relative)/'
mutant "bytes behind a displacement are forgotten" \
	's/s64 distance = (s64)(target - end);/s64 distance = (s64)(target - end + behind);/'
mutant "the return address is the trampoline's" \
	's/u64 address = plan->request->from +/u64 address = plan->request->to +/'
mutant "the upper half of a return address is left out" \
	's/(s64)address == (s32)low/true/'
mutant "the jmp back is one byte off" \
	's/plan->request->from + plan->window, 0/plan->request->from + plan->window + 1, 0/'
mutant "one pass instead of two" 's/step->to = plan->size;/step->to = step->from;/'

[ "$failed" = 0 ]
