#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: "make demo" says that a terminal is too small before it boots anything, and
# proves: boots in one that is just large enough, of the size that README.md names

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{build/demo,tests/e2e}
cp -r "$TOP"/tests/{vm,demo} "$tree/tests/"
cp "$TOP"/tests/e2e/{live,test-runtime_demo}.sh "$tree/tests/e2e/"
# In place of a guest.
printf '#!/bin/sh\necho "DEMO DONE" >"%s"\necho a guest boots\n' "$tree/build/demo/output.log" \
	>"$tree/tests/vm/guest"

# in_terminal COLUMNS ROWS: what the demonstration says there.
in_terminal()
{
	script -qec "stty cols $1 rows $2; $tree/tests/demo" /dev/null </dev/null 2>&1 || true
}

read -r columns rows < <(sed -n \
	's/.*make demo. .*if that has \([0-9]*\) columns and \([0-9]*\) rows.*/\1 \2/p' "$TOP/README.md")
in_terminal "$columns" "$rows" | tee "$work/said"
grep -q "a guest boots" "$work/said" || die "it does not begin in $columns columns and $rows rows"
for size in "$((columns - 1)) $rows" "$columns $((rows - 1))"; do
	# shellcheck disable=SC2086 # two words
	in_terminal $size | tee "$work/said"
	grep -q "and it takes $columns and $rows" "$work/said" || die "it does not say what it takes: $size"
	! grep -q "a guest boots" "$work/said" || die "a guest boots: $size"
done
