#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the relocator holds on every row of the KUnit suite's table on the
# proves: host too, under ASan and UBSan; and each of its rules, broken on
# proves: purpose, makes a row fail
# timeout: 300

# shellcheck source=tests/host/host.sh
. "$(dirname "$0")/host.sh"

COMPILER=(gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=all)
failed=0

# table SOURCE-FOLDER: does the table hold with the sources there?
table()
{
	build table "${COMPILER[@]}" "$HOST/reloc_table.c" "$1"/{insn,reloc}.c &&
		"$WORK/table"
}

# mutant NAME FILE SED-SCRIPT
mutant()
{
	local name=$1 file=$2 script=$3

	cp "$TOP"/hookcore/{insn,reloc}.c "$WORK/mutant/"
	sed -i "$script" "$WORK/mutant/$file"
	if cmp -s "$WORK/mutant/$file" "$TOP/hookcore/$file"; then
		echo "$name: this rule is no longer where it was"
	elif table "$WORK/mutant" >"$WORK/log" 2>&1; then
		echo "$name: NOT noticed"
	elif ! grep -q 'cases hold' "$WORK/log"; then
		echo "$name: does not build or crashes:"
		cat "$WORK/log"
	else
		echo "$name: noticed ($(tail -n 1 "$WORK/log"))"
		return
	fi
	failed=$((failed + 1))
}

build_zydis "${COMPILER[@]}"
table "$TOP/hookcore" || exit 1

mkdir "$WORK/mutant"
mutant "targets inside the window stay behind" reloc.c \
	's/if (offset >= plan->window)/if (offset < plan->window || offset >= plan->window)/'
mutant "one pass instead of two" reloc.c \
	's/step->to = plan->size;/step->to = step->from;/'
mutant "a branch may end inside an instruction" reloc.c \
	's/plan->step\[i\].from == offset \&\&/plan->step[i].from <= offset \&\&/'
mutant "a branch may end in padding" reloc.c \
	's/== offset && plan->step\[i\].live/== offset/'
mutant "loop is treated as jcc" reloc.c \
	's/return put_loop(plan, step);/return put_jcc(plan, step);/'
mutant "prefixes of branches are dropped" reloc.c \
	's/put(plan, step_code(plan, step), prefixes)/put(plan, step_code(plan, step), 0)/'
mutant "the long form may grow over 15 bytes" reloc.c \
	's/> MAX_LENGTH/> 2 * MAX_LENGTH/'
mutant "operands relative to rip are copied" reloc.c \
	's/if (!insn->relative)/if (insn->relative || !insn->relative)/'
mutant "bytes behind a displacement are forgotten" reloc.c \
	's/s64 distance = (s64)(target - end);/s64 distance = (s64)(target - end + behind);/'
mutant "a call anywhere in the window" reloc.c \
	's/if (end < plan->request->least)/if (end < 0)/'
mutant "a call that reads rip" reloc.c \
	's/INSN_CALL && calls_itself(plan, step)/INSN_CALL \&\& !step/'
mutant "the return address is the trampoline's" reloc.c \
	's/u64 address = plan->request->from +/u64 address = plan->request->to +/'
mutant "an indirect call stays a call" reloc.c \
	's/\^= CALL_TO_JMP/^= 0/'
mutant "traps are copied" reloc.c \
	's/case INSN_TRAP:/case INSN_TRAP: return HOOKCORE_OK;/'
mutant "what cannot be moved is copied" reloc.c \
	's/case INSN_OTHER:$/&/; /return HOOKCORE_UNRELOCATABLE;/{x;s/^/x/;/^x$/{x;s/UNRELOCATABLE/OK/;x};x}'
mutant "the function's end is ignored" reloc.c \
	's/if (plan->request->room < plan->request->least)/if (!plan->request->room)/'
mutant "code behind a ret is taken for padding" reloc.c \
	's/return step->insn.padding ? HOOKCORE_OK :/return step->insn.length ? HOOKCORE_OK :/'
mutant "code behind a ret is never reached" reloc.c \
	's/step->live = live || .*/step->live = live;/'
mutant "the jmp back leads to the window's start" reloc.c \
	's/put_relative(plan, plan->request->from + plan->window, 0)/put_relative(plan, plan->request->from, 0)/'
mutant "no jmp back" reloc.c \
	's/if (!plan->falls_through)/if (plan->falls_through)/'
mutant "Xeon Phi's branches are jcc" insn.c \
	's/zydis.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY/false/'
mutant "data16 branches are accepted" insn.c \
	's/!has_prefix(.*)/has_prefix(\&zydis, 0) + 1/'
mutant "eip is rip" insn.c 's/address_width != 64/address_width == 1/'
mutant "a call through rsp" insn.c \
	's/return raw->modrm.rm == REGISTER_RSP && !raw->rex.B;/return false;/'
mutant "r12 is rsp" insn.c 's/== REGISTER_RSP && !raw->rex.B/== REGISTER_RSP/'
mutant "a call through the pushed slot" insn.c \
	's/return raw->modrm.rm != 5;/return false;/'
mutant "a call through a table" insn.c 's/ || raw->sib.index != 4 / /'
mutant "conditions are mixed up" insn.c \
	's/zydis->opcode & 0xf;/(zydis->opcode ^ 1) \& 0xf;/'
mutant "sti is copied" insn.c '/MNEMONIC_STI/d'
mutant "mov ss is copied" insn.c 's/modrm.reg == 2;/modrm.reg == 20;/'
mutant "far branches are near" insn.c 's/bool far = .*/bool far = false;/'

[ "$failed" = 0 ] || { echo "$failed broken rules were not noticed"; exit 1; }
