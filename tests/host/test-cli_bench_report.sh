#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the report shows what was measured, in tables and pictures, says of what was
# proves: not that it was not, and shows in red what is worse than the committed figures
# long

# shellcheck source=tests/host/bench.sh
. "$(dirname "$0")/bench.sh"

# shows WHAT PATTERN [FILE]
shows()
{
	grep -q -- "$2" "$work/out/${3:-report.md}" && echo "ok: $1" && return
	fail "$1: not in ${3:-report.md}: $2"
}

calls 6.1.0-1-amd64
: >"$work/baseline.tsv"
report --commit || fail "cannot commit: $(cat "$work/said")"
cp "$work/baseline.tsv" "$work/good.tsv"
calls 6.12.1-amd64
raw 6.1.0-1-amd64 start "failed: no dockerd" \
	<<<"$(line figure start "crun run" "no filter" instructions 50000000)"
for run in {1..40}; do
	line figure start_time "crun run" "no filter" "ns, emulated" $((run * 1000))
done | raw 6.1.0-1-amd64 start_wall ok
line figure neighbour "the host's job" "without the plugin" outcome ENOMEM |
	raw 6.1.0-1-amd64 neighbour ok
for column in 0 16 4096; do
	line figure scale "getppid, host" $column instructions 342
done | raw 6.1.0-1-amd64 scale ok
line control syscall "the profile was in force" >>"$work/raw/6.1.0-1-amd64/syscall.tsv"
raw 6.12.1-amd64 log "failed: the host pays" </dev/null
committed getppid "$ours" 350
report || fail "no report: $(cat "$work/said")"

red='<b class="worse">'
shows "what is worse, in red" "| ${red}358</b> <small>+24 was 350</small>"
shows "and in front" "^- ${red}syscall on 6.1.0-1-amd64: getppid, .*358 instructions, was 350"
[ "$(grep -o '>358<' "$work/out/report.md" | wc -l)" = 1 ] || fail "red on the other kernel, too"
shows "in the page" "<td.*${red}358</b> <small>+24 was 350" report.html
shows "how far runs lie apart" '\[9,452 – 9,464\]'
shows "a control" '^- the profile was in force'
shows "a section whose bench failed says why" "Not measured: .log. on 6.1-amd64: was not run; .log. on 6.12-amd64: failed: the host pays"
shows "one that is measured on one kernel only, too" "Not measured: .neighbour. on 6.12-amd64: was not run"
shows "one whose bench was not run too" "Not measured: .thp. on 6.1-amd64: was not run; .thp. on 6.12-amd64: was not run"
[ "$(grep -c 'Not measured: ' "$work/out/report.md")" -ge 10 ] || fail "sections without a word"
shows "a bench that failed" "| start | 6.1.0-1-amd64 .*${red}failed: no dockerd"
shows "a kernel that is missing" "| hook | 6.12-amd64 | *| *| ${red}was not run"
shows "a percentile" 'p99 '
shows "an outcome" 'ENOMEM'
shows "theirs are not ours" 'nothing here was measured by us'

echo "-- pictures"
pictures=$(find "$work/out/plots" -name '*.svg' | wc -l)
# None of what is compared with something that was not measured.
[ "$pictures" = 3 ] || fail "$pictures pictures"
for picture in "$work"/out/plots/*.svg; do
	python3 -c 'import sys, xml.etree.ElementTree as tree
tree.parse(sys.argv[1])' "$picture" || fail "$picture is no XML"
done
[ "$(grep -o '<img [^>]*src="plots/' "$work/out/report.html" | wc -l)" = "$pictures" ] ||
	fail "not all pictures are in the page"
shows "a bar's number" '>+24<' plots/syscall-1.svg

[ "$failures" = 0 ]
