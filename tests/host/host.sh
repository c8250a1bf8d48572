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

# The same Zydis as in the kernel: see hookcore/Kbuild.
ZYDIS_FLAGS=(-DZYDIS_MINIMAL_MODE -DZYAN_NO_LIBC -DZYDIS_STATIC_BUILD
	-DZYCORE_STATIC_BUILD -DZYDIS_DISABLE_FORMATTER -DZYDIS_DISABLE_ENCODER
	-DZYDIS_DISABLE_AVX512 -DZYDIS_DISABLE_KNC -DZYDIS_DISABLE_SEGMENT
	-DNDEBUG "-I$ZYDIS/zydis/include" "-I$ZYDIS/zydis/src"
	"-I$ZYDIS/zycore/include")
INCLUDES=("-I$HOST" "-I$TOP/include" "-I$TOP/hookcore" "-I$TOP/kunit")
# shellcheck disable=SC2034 # for those that source this
PURE=("$TOP"/hookcore/{insn,reloc,trampoline}.c)

# build_zydis COMPILER [FLAG...]: Zydis's objects, in OBJECTS.
build_zydis()
{
	local name

	OBJECTS=()
	for name in Decoder DecoderData SharedData; do
		"$@" "${ZYDIS_FLAGS[@]}" -c -o "$WORK/$name.o" \
			"$ZYDIS/zydis/src/$name.c"
		OBJECTS+=("$WORK/$name.o")
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
