# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests that run hookcore's pure code on the host: how to build it.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/common.sh"

HOST=$TOP/tests/host
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
ZYDIS=$("$TOP/hookcore/zydis.sh")

# flag_list VARIABLE: what the kernel builds use, word by word.
flag_list()
{
	# shellcheck disable=SC2016 # for make to expand
	make -s -f "$TOP/hookcore/Kbuild.flags" --eval 'show: ; @printf "%s\n" $($(list))' \
		show "list=$1" "zydis=$ZYDIS" at=
}

mapfile -t ZYDIS_FLAGS < <(flag_list zydis-flags)
INCLUDES=("-I$HOST" "-I$TOP/include" "-I$TOP/hookcore" "-I$TOP/kunit")
# shellcheck disable=SC2034 # for those that source this
PURE=("$TOP"/hookcore/{insn,reloc,decoy,trampoline}.c)

# build_zydis COMPILER [FLAG...]: Zydis's objects, in OBJECTS.
build_zydis()
{
	local name

	OBJECTS=()
	for name in $(flag_list zydis-objs); do
		name=${name##*/}
		"$@" "${ZYDIS_FLAGS[@]}" -c -o "$WORK/$name" \
			"$ZYDIS/zydis/src/${name%.o}.c"
		OBJECTS+=("$WORK/$name")
	done
}

# build PROGRAM COMPILER [FLAG|SOURCE...]
build()
{
	local program=$1
	shift
	"$@" -Wall -Wextra "${ZYDIS_FLAGS[@]}" "${INCLUDES[@]}" \
		-o "$WORK/$program" "${OBJECTS[@]}" ${LIBS:+$LIBS}
}
