#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what a bench says comes into its raw file, with how it ended, also when it
# proves: fails; "make bench-quick" runs those that are for it, and fails when one
# proves: fails, is worse than the committed figures, or says nothing
# long

# shellcheck source=tests/host/bench.sh
. "$(dirname "$0")/bench.sh"

# A tree with benches of its own, which run here and say what they are told.
tree=$work/tree
mkdir -p "$tree/tests"
cp -r "$TOP/bench" "$tree/"
cp -r "$TOP/tests/vm" "$tree/tests/"
rm "$tree"/bench/*.sh
: >"$tree/bench/baseline.tsv"

# bench NAME [HEADER...]
bench()
{
	{
		echo '#!/bin/bash'
		printf '# %s\n' "measures: what it is told" "section: syscall" "runs: here" "${@:2}"
		cat <<-'END_OF_FILE'
		cat "${0%.sh}.says"
		exit "$(cat "${0%.sh}.ends")"
		END_OF_FILE
	} >"$tree/bench/$1.sh"
	chmod +x "$tree/bench/$1.sh"
	says "$1" 0 300
}

# says NAME STATUS [INSTRUCTIONS]: what it is told to say, and how to end.
says()
{
	echo "$2" >"$tree/bench/$1.ends"
	{
		echo "a table for people"
		[ -z "${3:-}" ] || line figure syscall getppid "of $1" instructions "$3"
		[ "$2" = 0 ] || echo "FAIL: it was told to"
	} >"$tree/bench/$1.says"
}

# quick STATUS WHAT PATTERN: "make bench-quick" ends so, and says that.
quick()
{
	local status=0

	"$tree/bench/all" --quick >"$work/said" 2>&1 || status=1
	if [ "$status" != "$1" ]; then
		fail "$2: ended with $status: $(cat "$work/said")"
	elif ! grep -q -- "$3" "$work/said"; then
		fail "$2: something else: $(cat "$work/said")"
	else
		echo "ok: $2: $(grep -m1 -- "$3" "$work/said")"
	fi
}

# has NAME PATTERN: does its raw file?
has()
{
	grep -q "$2" "$tree/build/bench/raw/here/$1.tsv" && echo "ok: $1: $2" && return
	fail "$1: no $2 in $(cat "$tree/build/bench/raw/here/$1.tsv")"
}

bench one quick
bench two quick alone
bench slow

echo "-- one bench"
"$tree/bench/run" stock one >"$work/said" || fail "it fails"
[ "$(cat "$work/said")" = "a table for people" ] || fail "people see: $(cat "$work/said")"
has one "^figure.*of one.instructions.300$"
has one "^about.status.ok$"
has one "^about.kernel.here$"
says one 3 310
"$tree/bench/run" stock one >/dev/null && fail "its failure is lost"
has one "^about.status.failed: it was told to$"
has one "310$"
"$tree/bench/run" stock three 2>/dev/null && fail "there is no such bench"

echo "-- the quick ones"
says one 0 300
"$tree/bench/run" stock two >/dev/null && "$tree/bench/run" stock one >/dev/null || fail "they fail"
"$tree/bench/report" --commit >/dev/null || fail "cannot commit"
says slow 1
quick 0 "all is as it was" "^2 figures compared .* 0 faults"
says two 0 320
quick 1 "one is worse" "of two: 320 instructions, were 300"
says two 1 300
quick 1 "one fails" "^WORSE: two on here: failed: it was told to"
says two 0
quick 1 "one says nothing" "of two: not measured"
chmod -x "$tree/bench/two.sh"
quick 1 "one cannot be run" "^WORSE: two on here: failed: it ended with 126"
chmod +x "$tree/bench/two.sh"
sed -i 's/\t300\t300\t300$/\t200\t200\t200/' "$tree/bench/baseline.tsv"
says two 0 300
quick 1 "a doctored baseline" "of one: 300 instructions, were 200"

[ "$failures" = 0 ]
