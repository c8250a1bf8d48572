#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: no bytes make decoder or relocator read or write out of bounds, behave
# proves: undefined, exceed their limits or write what is no instruction
# proves: (libFuzzer, ASan, UBSan; $FUZZ_SECONDS, 20 by default); a relocator
# proves: without its bounds check is found out
# timeout: 300

# shellcheck source=tests/host/host.sh
. "$(dirname "$0")/host.sh"

SECONDS_EACH=${FUZZ_SECONDS:-20}
COMPILER=(clang -O1 -g -fsanitize=fuzzer-no-link,address,undefined
	-fno-sanitize-recover=all)

# One input a line, in hex: what earlier runs found worth keeping.
corpus()
{
	local line number=0

	mkdir -p "$1"
	while read -r line; do
		number=$((number + 1))
		# shellcheck disable=SC2059 # the format is the bytes
		printf "$(sed 's/../\\x&/g' <<<"$line")" >"$1/$number"
	done < <(grep -v '^#' "$HOST/fuzz_reloc.corpus")
	[ "$number" -gt 0 ]
}

# fuzz PROGRAM SECONDS
fuzz()
{
	(cd "$WORK" && timeout $(($2 + 60)) "./$1" -max_total_time="$2" \
		-max_len=80 -print_final_stats=1 -verbosity=0 corpus 2>"$1.log")
}

build_zydis "${COMPILER[@]}"
build fuzz "${COMPILER[@]}" -fsanitize=fuzzer "$HOST/fuzz_reloc.c" "${PURE[@]}"
corpus "$WORK/corpus"
if ! fuzz fuzz "$SECONDS_EACH"; then
	tail -n 40 "$WORK/fuzz.log"
	exit 1
fi
grep number_of_executed_units "$WORK/fuzz.log"

cp "$TOP/hookcore/reloc.c" "$WORK/mutant.c"
sed -i 's/if (request->out_room - plan->size < count)/if (!request->out_room)/' \
	"$WORK/mutant.c"
build mutant "${COMPILER[@]}" -fsanitize=fuzzer "$HOST/fuzz_reloc.c" \
	"$TOP"/hookcore/{insn,decoy,trampoline}.c "$WORK/mutant.c"
if fuzz mutant 30; then
	echo "a relocator without its bounds check was not found out"
	exit 1
fi
grep -m1 'ERROR: AddressSanitizer' "$WORK/mutant.log" |
	sed 's/.*AddressSanitizer: /without the bounds check: /; s/ on .*//'
