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
for run in {1..100}; do
	line figure start_time "crun run" "no filter" "ns, emulated" $((run * 1000))
	[ "$run" = 100 ] || line figure start_time "runc run" "no filter" "ns, emulated" "$run"
done | raw 6.1.0-1-amd64 start_wall ok
for run in 1 2 3; do
	line figure programs nginx "no filter" instructions $((1000 * run))
	line figure programs nginx "seccomp, Docker's profile" instructions $((1000 * run + 10 * run * run))
	line figure programs nginx "vkernel with all plugins" instructions $((1020 * run))
	line figure programs pwgen "no filter" instructions 1000
	line figure programs pwgen "seccomp, Docker's profile" instructions 1050
	line figure programs pwgen "vkernel with all plugins" instructions 1021
done | raw 6.1.0-1-amd64 programs ok
for value in 1.5 2 2.25; do
	line figure hook_time "a call" "not hooked" ns $value
done | raw here uml ok
line figure neighbour "the host's job" "without the plugin" outcome ENOMEM |
	raw 6.1.0-1-amd64 neighbour ok
for column in 0 16 4096; do
	line figure scale "getppid, host" $column instructions 342
done | raw 6.1.0-1-amd64 scale ok
line control syscall "the profile was in force" >>"$work/raw/6.1.0-1-amd64/syscall.tsv"
raw 6.12.1-amd64 log "failed: the host pays" </dev/null
line about commit v1-2-gabc >>"$work/raw/6.1.0-1-amd64/syscall.tsv"
# One that was begun before: nothing of it counts.
{ line about begun 1999; line figure syscall getppid "of long ago" instructions 1; } |
	raw 6.1.0-0-amd64 syscall ok
line about begun 2000 >>"$work/raw/6.1.0-1-amd64/syscall.tsv"
committed getppid "$ours" 350
report || fail "no report: $(cat "$work/said")"

red='<b class="worse">'
shows "what is worse, in red" "| ${red}358</b> <small>+24 was 350</small>"
shows "and in front" "^- ${red}syscall on 6.1.0-1-amd64: getppid, .*358 instructions, were 350"
shows "and what it is more" "^- ${red}syscall on .*: 24 more than without, were 16"
shows "what was compared" "^Compared were 4 figures; 0 more, .* reference; 0 of such a one not at all"
shows "what was not: it is new" "^New, not compared: .*programs on 6.1.0-1-amd64: 6; .*syscall on 6.12.1-amd64: 4"
grep -q "of long ago\|6.1.0-0" "$work/out/report.md" && fail "an earlier run of the series counts"
[ "$(grep -o '>358<' "$work/out/report.md" | wc -l)" = 1 ] || fail "red on the other kernel, too"
shows "in the page" "<td.*${red}358</b> <small>+24 was 350" report.html
shows "how far runs lie apart" '\[9,452 – 9,464\]'
shows "a ratio, of round by round: 1.01, 1.02, 1.03" '2,040 <small>× 1.020 \[1,020 – 3,060\]'
shows "and how far that lies apart" '2,040 <small>× 1.020 (1.010 – 1.030) \[1,010 – 3,090\]'
shows "an aim that is met" 'at most 1.02 of no filter | nginx | × 1.020 | met |'
shows "one that is not" "at most 1.02 of no filter | pwgen | × 1.021 | ${red}not met"
shows "one that runs do not tell" 'less than seccomp.* | nginx | × 1.000 (0.990 – 1.010) | within .*median does not'
shows "less is less" "less than seccomp.* | pwgen | × 0.972 | met"
shows "quartiles, in one field" '| 2 <small>\[1.50 – 2.25\]'
shows "and that they are quartiles" 'Values of each: lower quartile'
shows "whether columns take turns" 'In turns: each round'
shows "the commit of a bench" '| syscall | 6.1.0-1-amd64 | v1-2-gabc | 2000 '
shows "a control" '^- the profile was in force'
shows "a section whose bench failed says why" "Not measured: .log. on 6.1-amd64: was not run; .log. on 6.12-amd64: failed: the host pays"
shows "one that is measured on one kernel only, too" "Not measured: .neighbour. on 6.12-amd64: was not run"
shows "one whose bench was not run too" "Not measured: .thp. on 6.1-amd64: was not run; .thp. on 6.12-amd64: was not run"
[ "$(grep -c 'Not measured: ' "$work/out/report.md")" -ge 10 ] || fail "sections without a word"
shows "a bench that failed" "| start | 6.1.0-1-amd64 .*${red}failed: no dockerd"
shows "a kernel that is missing" "| hook | 6.12-amd64 | *| *| *| ${red}was not run"
shows "a percentile" 'p99 99,000<'
[ "$(grep -o p99 "$work/out/report.md" | wc -l)" = 1 ] || fail "p99 of fewer than a hundred runs"
shows "an outcome" 'ENOMEM'
shows "theirs are not ours" 'nothing here was measured by us'

echo "-- pictures"
pictures=$(find "$work/out/plots" -name '*.svg' | wc -l)
# None of what is compared with something that was not measured.
[ "$pictures" = 6 ] || fail "$pictures pictures"
for picture in "$work"/out/plots/*.svg; do
	python3 -c 'import sys, xml.etree.ElementTree as tree
tree.parse(sys.argv[1])' "$picture" || fail "$picture is no XML"
done
[ "$(grep -o '<img [^>]*src="plots/' "$work/out/report.html" | wc -l)" = "$pictures" ] ||
	fail "not all pictures are in the page"
shows "a bar's number" '>+24<' plots/syscall-1.svg

[ "$failures" = 0 ]
