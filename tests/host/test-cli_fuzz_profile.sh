#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: no bytes make vkctl's profile parser read or write out of bounds, leak
# proves: or behave undefined, and what it writes it can read (libFuzzer, ASan,
# proves: UBSan; $FUZZ_SECONDS, 20 by default), nor a part of a file, or what is kept
# proves: of a profile, come out as other than the whole; mutants are found
# timeout: 300

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

HOST=$TOP/tests/host
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
SECONDS_EACH=${FUZZ_SECONDS:-20}
PARTS=(message child buffer file settings syscall bpf uring seccomp objects profile instance)

# One input a line.
corpus()
{
	local line number=0

	mkdir -p "$WORK/corpus"
	while IFS= read -r line; do
		number=$((number + 1))
		printf '%s' "$line" >"$WORK/corpus/$number"
	done <"$HOST/fuzz_profile.corpus"
	[ "$number" -gt 0 ]
}

# build PROGRAM SOURCE...
build()
{
	clang -std=gnu11 -O1 -g -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all "-I$WORK/mutant" "-I$TOP/tools/vkctl" -o "$WORK/$1" \
		"$HOST/fuzz_profile.c" "${PARTS[@]/#/$WORK/}" "${@:2}" -lyajl -lseccomp
}

# libseccomp loses nodes of its own trees when rules of one call overlap: they
# point to each other, and nothing of ours to them. What we allocate is looked at.
echo "leak:libseccomp.so" >"$WORK/suppressions"
export LSAN_OPTIONS=suppressions=$WORK/suppressions:print_suppressions=0

# fuzz PROGRAM SECONDS
fuzz()
{
	(cd "$WORK" && timeout $(($2 + 60)) "./$1" -max_total_time="$2" -max_len=4096 \
		-timeout=20 -print_final_stats=1 -verbosity=0 corpus 2>"$1.log")
}

corpus
for part in "${PARTS[@]}"; do
	clang -std=gnu11 -O1 -g -D_GNU_SOURCE -fsanitize=fuzzer-no-link,address,undefined \
		-fno-sanitize-recover=all -c -o "$WORK/$part.o" "$TOP/tools/vkctl/$part.c"
done
PARTS=("${PARTS[@]/%/.o}")
build fuzz "$TOP/tools/vkctl/json.c"
if ! fuzz fuzz "$SECONDS_EACH"; then
	tail -n 40 "$WORK/fuzz.log"
	for unit in "$WORK"/*-????????????????????????????????????????; do
		[ ! -e "$unit" ] || { echo "${unit##*/}, in base64:" && base64 "$unit"; }
	done
	exit 1
fi
grep number_of_executed_units "$WORK/fuzz.log"

# mutant NAME WITHOUT: what stands in $WORK/mutant in place of the source is found out.
mutant()
{
	build "$1" "$WORK/mutant/json.c"
	if fuzz "$1" 30; then
		echo "without $2 it was not found out"
		exit 1
	fi
	grep -m1 'ERROR: AddressSanitizer\|runtime error\|deadly signal' "$WORK/$1.log" |
		sed "s/.*\(AddressSanitizer\|libFuzzer\|runtime error\): /without $2: /; s/ on .*//"
}

# broken FILE SED
broken()
{
	mkdir -p "$WORK/mutant"
	cp "$TOP/tools/vkctl/"{json,cache}.c "$WORK/mutant/"
	sed -i "$2" "$WORK/mutant/$1"
	! cmp -s "$WORK/mutant/$1" "$TOP/tools/vkctl/$1"
}

broken json.c 's/if (parser->depth == MAX_DEPTH)/if (!parser)/'
mutant bound "the bound of the parser"
broken json.c 's/if (parser->skips)$/if (!parser)/'
mutant place "the end of what is skipped"
broken cache.c 's/!memcmp(kept, &sizes, sizeof(sizes)) &&//'
mutant sizes "the sizes of what is kept"
