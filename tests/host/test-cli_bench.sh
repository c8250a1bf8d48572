#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: "make bench-quick" fails on a count of instructions that is worse than the
# proves: committed one by more than 5 per cent and noise, or missing, and on nothing
# proves: less

# shellcheck source=tests/host/bench.sh
. "$(dirname "$0")/bench.sh"

# passes WHAT / complains WHAT PATTERN: what "make bench-quick" asks.
passes()
{
	report --check 5 && echo "ok: $1: $(tail -n 1 "$work/said")" && return
	fail "$1: $(cat "$work/said")"
}

complains()
{
	if report --check 5; then
		fail "$1: not noticed"
	elif ! grep -q -- "$2" "$work/said"; then
		fail "$1: something else: $(cat "$work/said")"
	else
		echo "ok: $1: $(grep -m1 -- "$2" "$work/said")"
	fi
}

echo "-- against the committed figures"
calls 6.1.0-1-amd64
: >"$work/baseline.tsv"
report --commit || fail "cannot commit: $(cat "$work/said")"
cp "$work/baseline.tsv" "$work/good.tsv"
passes "the same"
committed getppid "$ours" 339
complains "a call that took 339, takes 358" "358 instructions, were 339"
committed getppid "$ours" 342
complains "24 more than without, were 8" "24 more than without, were 8"
committed getppid "$ours" 357
passes "24 more than without, were 23"
committed getppid "$ours" 400
passes "better than it was"
committed getppid "$without" 300
complains "without us it took 300" "334 instructions, were 300"

echo "-- noise: 49 more than without"
committed "openat + close" "$ours" 9440
passes "31 more, runs lay 12 apart"
committed "openat + close" "$ours" 9420 9400 9440
passes "11 more, runs lay 40 apart"
committed "openat + close" "$ours" 9420
complains "11 more, runs lay 12 apart" "49 more than without, were 11"

echo "-- what is missing, or not as it should be"
cp "$work/good.tsv" "$work/baseline.tsv"
sed -i '/openat.*the same/d' "$work/raw/6.1.0-1-amd64/syscall.tsv"
complains "a figure that is missing" "openat + close, $ours: not measured"
calls 6.1.0-1-amd64
sed -i 's/^about\tstatus.*/about\tstatus\tfailed: no vkernel/' "$work/raw/6.1.0-1-amd64/syscall.tsv"
complains "a bench that failed" "failed: no vkernel"
calls 6.1.0-1-amd64
line figure syscall getppid "$ours" instructions many >>"$work/raw/6.1.0-1-amd64/syscall.tsv"
complains "a word for a number" "failed: line 24 is torn: "
calls 6.1.0-1-amd64
echo "6.1.0-1-amd64 and so on" >>"$work/baseline.tsv"
complains "a committed figure that is none" "baseline.tsv:[0-9]*: "
cp "$work/good.tsv" "$work/baseline.tsv"
rm -r "$work/raw"
mkdir "$work/raw"
complains "nothing" "nothing was compared"

echo "-- another kernel of the same series"
calls 6.1.0-2-amd64
sed -i 's/\t334$/\t434/; s/\t358$/\t458/' "$work/raw/6.1.0-2-amd64/syscall.tsv"
passes "a call that takes longer there, by itself"
calls 6.1.0-2-amd64 30
complains "30 more than without, were 24" "30 more than without, were 24"

echo "-- what is committed"
calls 6.12.1-amd64
raw 6.1.0-2-amd64 start_wall ok <<<"$(line figure start_time "crun run" "no filter" ns 7)"
raw 6.1.0-2-amd64 stop "failed: no end" <<<"$(line figure stop "1 hooks" "10 tasks" instructions 7)"
report --commit || fail "cannot commit: $(cat "$work/said")"
sed 1,2d "$work/baseline.tsv" | cut -f1,2 | sort | uniq -c >"$work/committed"
diff -B - "$work/committed" <<-'END' || fail "that is not to be committed"
      4 6.1.0-2-amd64	syscall
      4 6.12.1-amd64	syscall
END

[ "$failures" = 0 ]
