#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the table of figures in README.md, and the sentences with some more, are what
# proves: "bench/report --summary" makes of the committed ones; of others it makes others,
# proves: and none where one is missing; so are those that README.md names elsewhere

# shellcheck source=tests/host/bench.sh
. "$(dirname "$0")/bench.sh"

# in_readme: what stands there between its marks.
in_readme()
{
	sed -n '/^<!-- bench\/report --summary -->$/,/^<!-- end -->$/ { /^<!--/d; p }' "$TOP/README.md"
}

"$TOP/bench/report" --summary >"$work/made" || fail "no table"
# A head of two, eight rows; an empty one, and the sentences.
[ "$(wc -l <"$work/made")" = 12 ] || fail "other lines: $(cat "$work/made")"
diff <(in_readme) "$work/made" || fail "README.md has another table"
awk -F'\t' -v OFS='\t' '$4 == "getppid" { $7 += 1000 } { print }' "$TOP/bench/baseline.tsv" \
	>"$work/baseline.tsv"
"$TOP/bench/report" --summary --baseline "$work/baseline.tsv" >"$work/other" || fail "no table"
! cmp -s "$work/made" "$work/other" || fail "control: other figures make the same table"

# lost WHAT PATTERN: without it there is no table, and it is said.
lost()
{
	grep -v "$2" "$TOP/bench/baseline.tsv" >"$work/baseline.tsv"
	if "$TOP/bench/report" --summary --baseline "$work/baseline.tsv" >"$work/other" 2>&1; then
		fail "$1: not noticed"
	elif ! grep -q "no committed figure" "$work/other"; then
		fail "$1: something else: $(cat "$work/other")"
	fi
}

lost "a row" $'^6\\.1\\..*\tstart\tcrun run\t'
lost "a column" $'^6\\.1\\..*\trunc run\tvkernel with all plugins\t'
lost "a reference" $'^6\\.1\\..*\tgetppid\tcontainer, no filter (beside gVisor)\t'
lost "a sentence's figure" $'^6\\.1\\..*\tBPF fentry\t'
sed 's/\(.*runc run.*plugins\tinstructions\t\).*/\153097661\t53097660\t53097662/
	s/\(.*runc run\tno filter\tinstructions\t\).*/\150480676\t50480676\t50480676/' \
	"$TOP/bench/baseline.tsv" >"$work/baseline.tsv"
"$TOP/bench/report" --summary --baseline "$work/baseline.tsv" >"$work/other"
grep -qF '53,097,661 (× 1.052)' "$work/other" || fail "a range without a width is shown"

# more BENCH COLUMN REFERENCE: how many instructions on 6.1, of getppid or of a call.
more()
{
	awk -F'\t' -v bench="$1" -v column="$2" -v reference="$3" '
		$1 !~ /^6\.1\./ || $2 != bench || $4 !~ /^(getppid|jiffies64_to_msecs\(\))$/ { next }
		$5 == column { with = $7 }
		$5 == reference { without = $7 }
		END { print with - without }' "$TOP/bench/baseline.tsv"
}

# readme_says SENTENCE
readme_says()
{
	grep -qF "$1" "$TOP/README.md" || fail "README.md does not say, as is committed: $1"
}

readme_says "It costs an allowed call $(more syscall "$ours" "$without") instructions, where seccomp costs $(
	more syscall "container, seccomp, Docker's profile" "$without") "
[ "$(more hook "hookcore: guard counts, tail jump" "not watched")" = 4 ] || fail "not four more"
readme_says "adds four instructions to a call, where ftrace adds $(
	more hook "ftrace callback" "not watched") and an optimised kprobe $(
	more hook "kprobe, optimised to a jmp" "not watched")."
[ $failures = 0 ] && echo "ok: $(wc -l <"$work/made") lines"
