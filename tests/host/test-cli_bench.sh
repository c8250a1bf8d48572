#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: "make bench-quick" fails on a count of instructions that is worse than the
# proves: committed one by more than 5 per cent and noise, or missing, and on nothing
# proves: less; what was not measured often enough, or of no commit, is not committed

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

# quick_ones FOLDER: who says so.
quick_ones()
{
	grep -lx '# quick' "$1"/*.sh | sed 's|.*/||; s/\.sh$//' | paste -sd' '
}

[ "$(quick_ones "$TOP/bench")" = "hook memory switch syscall" ] ||
	fail "other benches are quick: $(quick_ones "$TOP/bench")"
# One that is quick, on two series, and some that are not.
benches=$work/bench
mkdir "$benches"
cp "$TOP"/bench/{report,*.py} "$benches/"
printf '# %s\n' "measures: a call" quick "section: syscall" >"$benches/syscall.sh"
printf '# %s\n' "measures: a stop" "section: stop" "once: it is the greatest" >"$benches/stop.sh"

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
for run in 300 340 380 420 460; do
	line figure syscall getppid "$ours" instructions $run
done | sed -i "/getppid.*the same/d; \$r /dev/stdin" "$work/raw/6.1.0-1-amd64/syscall.tsv"
committed getppid "$ours" 358 320 420
passes "new runs lie 160 apart, the committed ones did 100: 22 more"
committed getppid "$ours" 358
complains "new runs lie apart, the committed ones did not" "380 instructions, were 358"
calls 6.1.0-1-amd64

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
complains "a quick bench that was not run" "WORSE: syscall on 6.1-amd64: was not run"
calls 6.1.0-1-amd64
echo '# kernels: all' >>"$benches/syscall.sh"
complains "one that was not run on one of its kernels" "WORSE: syscall on 6.12-amd64: was not run"
report --check 5 --kernel 6.1.0-3-amd64 || fail "nobody has asked for 6.12: $(cat "$work/said")"
report --check 5 --kernel 6.12.1-amd64 && fail "6.12 was asked for, and is not there"
grep -q "syscall on 6.12-amd64: was not run" "$work/said" || fail "$(cat "$work/said")"
sed -i '/kernels/d' "$benches/syscall.sh"
rm -r "$work/raw"

echo "-- another kernel of the same series"
calls 6.1.0-2-amd64
sed -i 's/\t334$/\t434/; s/\t358$/\t458/' "$work/raw/6.1.0-2-amd64/syscall.tsv"
passes "a call that takes longer there, by itself"
calls 6.1.0-2-amd64 30
complains "30 more than without, were 24" "30 more than without, were 24"
grep -q "^0 figures compared .*, 2 more only .*, 2 not at all" "$work/said" ||
	fail "how they were compared is not said: $(cat "$work/said")"

echo "-- what is committed"
calls 6.12.1-amd64
raw 6.1.0-2-amd64 start_wall ok <<<"$(line figure start_time "crun run" "no filter" ns 7)"
raw 6.1.0-2-amd64 stop "failed: no end" <<<"$(line figure stop "1 hooks" "10 tasks" instructions 7)"
raw 6.12.1-amd64 stop ok <<<"$(line figure stop "1 hooks" "10 tasks" instructions 7)"
line about commit v1-3-gabc >>"$work/raw/6.12.1-amd64/syscall.tsv"
report --commit || fail "cannot commit: $(cat "$work/said")"
sed 1,2d "$work/baseline.tsv" | cut -f1,2 | sort | uniq -c >"$work/committed"
diff -B - "$work/committed" <<-'END' || fail "that is not to be committed"
      4 6.1.0-2-amd64	syscall
      1 6.12.1-amd64	stop
      4 6.12.1-amd64	syscall
END
[ "$(cut -f1,2,10,11 "$work/baseline.tsv" | sed 1,2d | sort -u)" = "$(
	line 6.1.0-2-amd64 syscall 5 unknown
	line 6.12.1-amd64 stop 1 unknown
	line 6.12.1-amd64 syscall 5 v1-3-gabc)" ] ||
	fail "not how many runs, and of which commit: $(cat "$work/baseline.tsv")"
rm "$work/raw/6.1.0-2-amd64/stop.tsv"
cut -f1-9 "$work/baseline.tsv" >"$work/old" && mv "$work/old" "$work/baseline.tsv"
report --check 5 || fail "lines without these are not read: $(cat "$work/said")"

# refused WHAT: the committed figures of syscall on 6.1 stay as they are, and it is said.
refused()
{
	cp "$work/baseline.tsv" "$work/good.tsv"
	if report --commit; then
		fail "$1: committed"
	elif ! grep -q "^not committed: $2" "$work/said"; then
		fail "$1: something else: $(cat "$work/said")"
	elif ! diff <(grep "^${3:-6.1.0-2}.*syscall" "$work/good.tsv" | cut -f1-9) \
		<(grep "^${3:-6.1.0-2}.*syscall" "$work/baseline.tsv" | cut -f1-9); then
		fail "$1: they are others now"
	else
		echo "ok: $1: $(grep -m1 "^not committed" "$work/said")"
	fi
}

calls 6.1.0-2-amd64 40
line about commit v1-3-gabc-dirty >>"$work/raw/6.1.0-2-amd64/syscall.tsv"
refused "of no commit" "syscall on 6.1.0-2-amd64: it measured v1-3-gabc-dirty"
calls 6.1.0-2-amd64 40
sed -i 12d "$work/raw/6.1.0-2-amd64/syscall.tsv"
refused "four runs" "syscall on 6.1.0-2-amd64: .* has 4 runs of 5"
calls 6.1.0-2-amd64 40
report --commit || fail "control: five of a commit are refused: $(cat "$work/said")"

echo "-- two releases of one series"
{ line about begun "2026-01-02"; line figure syscall stat "$ours" instructions 7; } |
	raw 6.1.0-3-amd64 syscall ok
line about begun "2026-01-01" >>"$work/raw/6.1.0-2-amd64/syscall.tsv"
complains "the later one has not all of them" "getppid, $ours: not measured"
sed -i 's/2026-01-01/2026-01-03/' "$work/raw/6.1.0-2-amd64/syscall.tsv"
passes "the one begun last counts"

[ "$failures" = 0 ]
