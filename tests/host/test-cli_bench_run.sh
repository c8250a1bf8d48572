#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what a bench says comes into its raw file, with how it ended, also when it
# proves: fails; a figure without a value is a failure; "make bench-quick" runs those that
# proves: are for it, and fails when one fails, is worse than the committed figures, or says
# proves: nothing
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
	local run

	echo "$2" >"$tree/bench/$1.ends"
	{
		echo "a table for people"
		for run in ${3:+1 2 3 4 5}; do
			line figure syscall getppid "of $1" instructions "$3"
		done
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
	grep -q '^It took [0-9]* s\.$' "$work/said" || fail "$2: how long it took is not said"
}

# has NAME PATTERN: does its raw file?
has()
{
	grep -q "$2" "$tree/build/bench/raw/here/$1.tsv" && echo "ok: $1: $2" && return
	fail "$1: no $2 in $(cat "$tree/build/bench/raw/here/$1.tsv")"
}

echo "-- a figure"
# shellcheck source=tests/e2e/figure.sh
. "$TOP/tests/e2e/figure.sh"
figure syscall getppid ours instructions 1 2 >"$work/figures"
diff - "$work/figures" <<-END || fail "no lines of it"
	$(line figure syscall getppid ours instructions 1)
	$(line figure syscall getppid ours instructions 2)
END
for values in "" "''" "1 ''"; do
	said=$(eval "figure syscall getppid ours instructions $values"; echo "went on") || true
	[ "${said##*$'\n'}" = "FAIL: no figure of syscall getppid ours instructions" ] ||
		fail "without a value: $said"
done
echo "ok: without a value the bench ends, and says of what"

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
sed -i 's/\t300\t300\t300\t/\t200\t200\t200\t/' "$tree/bench/baseline.tsv"
says two 0 300
quick 1 "a doctored baseline" "of one: 300 instructions, were 200"

echo "-- on the kernel that was asked for"
printf '#!/bin/bash\necho "/kernels/$1.1-amd64"\n' >"$tree/tests/vm/kernel"
printf '#!/bin/bash\n[ "$1" = --build ]\n' >"$tree/tests/vm/guest"
printf '# %s\n' "measures: in a guest" "kernels: all" quick >"$tree/bench/guest.sh"
"$tree/bench/all" --quick --kernel 6.12 >"$work/said" 2>&1 && fail "what fails in its guest passes"
grep -q "^WORSE: guest on 6.12.1-amd64: failed: " "$work/said" &&
	! grep -q "guest on .*was not run" "$work/said" || fail "of others: $(cat "$work/said")"
rm "$tree/bench/guest.sh"

echo "-- those that are missing, and some of them"
cp "$TOP/bench/cited.tsv" "$tree/bench/"
echo /build/ >"$tree/.gitignore"

# in_git ARGUMENT...
in_git()
{
	git -C "$tree" -c user.name=me -c user.email=me@example.org "$@"
}

# runs WANTED OPTION...: those run, of "bench/all" with these.
runs()
{
	local ran

	"$tree/bench/all" "${@:2}" >"$work/said" 2>&1 || true
	ran=$(sed -n 's/^\(ok\|FAIL\) .* s  \([^ ]*\) .*/\2/p' "$work/said" | sort | paste -sd' ')
	[ "$ran" = "$1" ] && echo "ok: ${*:2}: ${ran:-none}" && return
	fail "${*:2}: '$ran', not '$1': $(cat "$work/said")"
}

# changed FILE: and committed.
changed()
{
	echo "# $RANDOM" >>"$tree/$1" && in_git add "$1" && in_git commit -qm "another $1" ||
		fail "no commit"
}

says slow 0 300
echo /bench/*.says >>"$tree/.gitignore"
echo /bench/*.ends >>"$tree/.gitignore"
mkdir "$tree/plugins" "$tree/docs"
in_git init -q && in_git add -A && in_git commit -qm first || fail "no commit"
runs "one slow" one slow
runs "two" --missing
runs "" --missing
runs "two" two
changed plugins/code.c
says one 1
runs "one slow two" --missing
runs "one" --missing
runs "" --missing slow
says one 0 300
runs "one" --missing
changed docs/page.md
runs "" --missing
changed bench/two.sh
runs "two" --missing
echo "# and more" >>"$tree/plugins/code.c"
runs "one slow two" --missing
runs "one slow two" --missing
in_git commit -qam "what was measured" || fail "no commit"
runs "two" --missing two
runs "" three
grep -q "no bench/three.sh" "$work/said" || fail "what is missing: $(cat "$work/said")"

[ "$failures" = 0 ]
