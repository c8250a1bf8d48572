#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the table of figures in README.md is what "bench/report --summary" makes of the
# proves: committed ones; of others it makes another

# shellcheck source=tests/host/bench.sh
. "$(dirname "$0")/bench.sh"

# in_readme: what stands there between its marks.
in_readme()
{
	sed -n '/^<!-- bench\/report --summary -->$/,/^<!-- end -->$/ { /^<!--/d; p }' "$TOP/README.md"
}

"$TOP/bench/report" --summary >"$work/made" || fail "no table"
[ "$(wc -l <"$work/made")" -ge 8 ] || fail "too short: $(cat "$work/made")"
diff <(in_readme) "$work/made" || fail "README.md has another table"
awk -F'\t' -v OFS='\t' '$4 == "getppid" { $7 += 1000 } { print }' "$TOP/bench/baseline.tsv" \
	>"$work/baseline.tsv"
"$TOP/bench/report" --summary --baseline "$work/baseline.tsv" >"$work/other" || fail "no table"
! cmp -s "$work/made" "$work/other" || fail "control: other figures make the same table"
[ $failures = 0 ] && echo "ok: $(wc -l <"$work/made") lines"
