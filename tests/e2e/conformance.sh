# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The same programs in a container with and without a vkernel, and what differs.
# Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

conformance=/tmp/conformance
mkdir -p $conformance

# A rule that never holds: all is allowed, yet by the table.
# shellcheck disable=SC2034 # for those who source this
ALLOW_ALL=("x64 39 EPERM a5==0xfedcba9876543210" "ia32 20 EPERM a5==0xfedcba98")

# suite_selftests PATTERN: those of the kernel's own tests that match, a line
# each: NAME FOLDER COMMAND. A benchmark says how fast a call is, for as long as
# it may run, and nothing that could be compared.
suite_selftests()
{
	grep -E "$1" /vk/selftests/list | grep -v benchmark |
		while IFS=/ read -r folder program; do
			echo "$folder/$program /selftests/$folder ./$program"
		done
}

# Of these, what the machine has decides, or how much there is of it.
left_out='procfs|sysfs|resources|softlockup|oom-pipe|bigheap|brk|stack|dev-shm|mmapmany'
left_out+='|module|cpu-online|memhotplug|watchdog|sysinfo|opcode|tun|netdev|rawpkt'

# suite_stress CLASS EACH: pipe, for the control, and each EACHth of stress-ng's
# exercisers of a class, which work a fixed number of times.
suite_stress()
{
	local name

	stress-ng --class "$1?" 2>&1 | sed 's/.*stressors://' | xargs -n 1 |
		grep -vxE "$left_out" | awk -v each="$2" '$0 == "pipe" || NR % each == 0' |
		while read -r name; do
			echo "stress-ng/$name /tmp stress-ng --$name 1 --$name-ops 2" \
				"--timeout 10 --verify --quiet"
		done
}

# One after the other, each with an end, whatever it does.
write_runner()
{
	cat >"$1" <<-'RUNNER'
	#!/bin/sh
	while read -r name folder command; do
		cd "$folder" || exit
		# What one leaves running writes on into its own.
		rm -f /suite/one
		timeout -s KILL 30 $command </dev/null >/suite/one 2>&1
		status=$?
		echo "== $name"
		cat /suite/one
		echo
		echo "status $status"
	done </suite/list >/suite/all
	echo done >/suite/done
	RUNNER
	chmod 755 "$1"
}

# prepare_bundle NAME: as in container.sh, the suite's programs and the guest's own.
prepare_bundle()
{
	local root=$bundles/$1/rootfs folder

	container_bundle "$1" /suite/run
	mkdir -p "$root/suite" "$root/selftests" "$root/usr"
	ln -s usr/lib "$root/lib"
	ln -s usr/lib64 "$root/lib64"
	sed -i 's|"PATH=/bin"|"PATH=/bin:/usr/bin"|
		s|"mounts": \[|&{ "destination": "/usr", "source": "/usr", "type": "bind", "options": ["rbind", "ro"] },|' \
		"$bundles/$1/config.json"
	write_runner "$root/suite/run"
	cp $conformance/suite "$root/suite/list"
	for folder in $(sed -n 's|^[^ ]* /selftests/\([^ ]*\) .*|\1|p' $conformance/suite | uniq); do
		cp -r "/vk/selftests/$folder" "$root/selftests/"
	done
}

# run_suite WHERE [RULE...]: what it said goes to WHERE; under a vkernel with
# these rules, if there are any.
run_suite()
{
	local where=$1 start=$SECONDS
	shift

	prepare_bundle suite
	container_create suite || fail "cannot create"
	if [ $# -gt 0 ]; then
		vkernel_make suite "$@" || fail "no vkernel"
		vkernel_arm suite suite || fail "cannot arm"
		vkernel_is suite armed || fail "not armed"
	fi
	container_start suite || fail "cannot start"
	wait_until 3000 container_ended suite || fail "no end"
	[ -e $bundles/suite/rootfs/suite/done ] || fail "not all have run"
	mv $bundles/suite/rootfs/suite/all "$conformance/$where"
	container_remove suite
	if [ $# -gt 0 ]; then
		wait_until 10 vkernel_is suite dead || fail "not dead"
		vkernel_remove suite || fail "cannot remove"
	fi
	rm -rf $bundles/suite
	echo "$where: $(grep -c '^== ' "$conformance/$where") programs," \
		"$(grep -c '^status 0$' "$conformance/$where") with status 0," \
		"$((SECONDS - start)) s"
}

# compare PLAIN PLAIN... OTHER: plain runs and another, program by program, as
# closely as all plain ones with that program agree: "lines" (addresses and numbers
# of four and more digits aside), "words" (all numbers aside), "status". A line for
# each: "same HOW NAME", "differs HOW NAME" or "unstable - NAME".
compare()
{
	(cd $conformance && awk '
	FNR == 1 { file++ }
	/^== / { name = $2; if (file == 1) names[++count] = name; next }
	{
		line = $0
		gsub(/0x[0-9a-fA-F]+/, "X", line)
		gsub(/[0-9]+\.[0-9]+/, "N", line)
		gsub(/[0-9][0-9][0-9][0-9]+/, "N", line)
		text["lines", file, name] = text["lines", file, name] line "\n"
		if (line !~ /^status /)
			gsub(/[0-9]+/, "N", line)
		text["words", file, name] = text["words", file, name] line "\n"
		text["status", file, name] = $0
	}
	function agree(how, first, last, name, i) {
		for (i = first; i <= last; i++)
			if ((how, i, name) in text &&
			    text[how, i, name] != text[how, 1, name])
				return 0
		return 1
	}
	function verdict(how, name) {
		if (!((how, file, name) in text))
			return "differs"
		return agree(how, file, file, name) ? "same" : "differs"
	}
	END {
		levels = split("lines words status", how, " ")
		for (n = 1; n <= count; n++) {
			name = names[n]
			for (l = 1; l <= levels; l++)
				if (agree(how[l], 2, file - 1, name))
					break
			if (l > levels)
				print "unstable - " name
			else
				print verdict(how[l], name), how[l], name
		}
	}' "$@")
}

# compare_suite PLAIN PLAIN... OTHER: of the suite as it is now.
compare_suite()
{
	compare "$@" |
		awk 'NR == FNR { wanted[$1]; next } $3 in wanted' $conformance/suite -
}

# run_again WHERE [RULE...]: run_suite of what differs.
run_again()
{
	cp $conformance/suite $conformance/whole
	awk 'NR == FNR { if ($1 == "differs") wanted[$3]; next } $1 in wanted' \
		$conformance/verdicts $conformance/whole >$conformance/suite
	run_suite "$@"
	mv $conformance/whole $conformance/suite
}

# excuse: "chance" for what differed once, and in four of five more runs with the
# same vkernel did not: a test that waits 10 ms for another thread, for one.
excuse()
{
	awk 'FNR == NR { if ($1 == "same") same[$3]++; next }
		$1 == "differs" && same[$3] >= 4 { $1 = "chance" } { print }' \
		$conformance/more $conformance/verdicts >$conformance/excused
	mv $conformance/excused $conformance/verdicts
}

# compare_all WHERE RULE...: the vkernel's run with plain ones. What comes to this
# or that by chance (kcmp orders pointers) can come to the same twice: what differs
# is run some more times without a vkernel, and then with one.
compare_all()
{
	local other=$1 plain=(one two) i
	shift

	compare_suite "${plain[@]}" "$other" >$conformance/verdicts
	for i in 1 2 3 4 5 6 7 8; do
		grep '^differs' $conformance/verdicts || return 0
		run_again "again$i"
		plain+=("again$i")
		compare_suite "${plain[@]}" "$other" >$conformance/verdicts
	done
	grep -q '^differs' $conformance/verdicts || return 0
	: >$conformance/more
	for i in 1 2 3 4 5; do
		run_again "more$i" "$@"
		compare_suite "${plain[@]}" "more$i" >>$conformance/more
	done
	excuse
}

# show_program FILE NAME: what it said there.
show_program()
{
	sed -n "\|^== $2\$|,/^status /p" "$conformance/$1" | head -n 60
}

# judge UNSTABLE: none may differ between the runs one, two and vkernel; at most
# so many may be no good for a comparison.
judge()
{
	local how name differs=0

	compare_all vkernel "${ALLOW_ALL[@]}"
	while read -r how name; do
		echo "differs: $name ($how)"
		diff <(show_program one "$name") <(show_program vkernel "$name")
		differs=1
	done < <(sed -n 's/^differs //p' $conformance/verdicts)
	sed -n 's/^unstable - /not comparable: /p; s/^same status /only the status of: /p
		s/^chance [a-z]* /differs once in six: /p' $conformance/verdicts
	awk '{ count[$1 " " $2]++ } END { for (what in count) print count[what], what }' \
		$conformance/verdicts
	[ $differs = 0 ] || fail "they differ"
	[ "$(grep -c ^unstable $conformance/verdicts)" -le "$1" ] ||
		fail "too few can be compared"
	grep -q '^same lines' $conformance/verdicts || fail "nothing was compared"
}

# all_differ: does each program of the suite?
all_differ()
{
	[ "$(grep -c '^differs' $conformance/verdicts)" = "$(wc -l <$conformance/suite)" ] ||
		fail "not noticed: $(cat $conformance/verdicts)"
}

# control RULE...: with rules against calls of theirs all the suite differs.
control()
{
	run_suite denied "$@"
	compare_suite one two denied >$conformance/verdicts
	all_differ
}
