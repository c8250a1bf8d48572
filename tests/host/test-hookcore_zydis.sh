#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: sources of the decoder that are not those pinned are not built from,
# proves: neither cached ones nor those that a release tarball carries

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
good=$("$TOP/hookcore/zydis.sh")
failures=0

# No network here: whoever wants it says so.
mkdir -p "$work"/{bin,tree/hookcore,cache}
printf '#!/bin/sh\nexit 1\n' >"$work/bin/apt-get"
chmod +x "$work/bin/apt-get"
cp "$TOP/hookcore/zydis.sh" "$work/tree/hookcore/"

# expect WANT WHAT: the last line that zydis.sh says, and whether it succeeds.
expect()
{
	local got

	got=$(PATH=$work/bin:$PATH VKERNEL_CACHE=$work/cache \
		"$work/tree/hookcore/zydis.sh" 2>&1) || got="refused: $got"
	# shellcheck disable=SC2053 # a pattern is what it is
	if [[ $got == $1 ]]; then
		echo "ok: $2"
	else
		echo "FAIL: $2: $got"
		failures=$((failures + 1))
	fi
}

# attempts DIR GOOD BAD: with sources in DIR, what good and bad ones come to.
attempts()
{
	local dir=$1 source=$1/zydis/src/Decoder.c

	mkdir -p "${dir%/*}"
	cp -r "$good" "$dir"
	expect "$2" "$dir: as they should be"
	sed -i '1s/^/ /' "$source"
	expect "$3" "$dir: a byte more"
	cp "$good/zydis/src/Decoder.c" "$source"
	expect "$2" "$dir: without it"
	echo >"$dir/zydis/include/Zydis/more.h"
	expect "$3" "$dir: a file more"
	rm "$dir/zydis/include/Zydis/more.h" "$source"
	expect "$3" "$dir: a file less"
	rm -r "$dir"
}

attempts "$work/cache/zydis" "$work/cache/zydis" "refused: *apt*"
attempts "$work/tree/third_party/zydis" "$work/tree/third_party/zydis" \
	"refused: *third_party/zydis is not what it should be*"
[ "$failures" = 0 ]
