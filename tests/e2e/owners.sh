#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# owners.sh ROUNDS LINES CRASHES: eight containers write LINES numbered lines and
# crash CRASHES times, all at once, while interrupts and a kernel thread write
# too; then each line must have its owner, and each container must see all of its
# own, once, and none of the others'. ROUNDS times; a round fits into the ring.

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

rounds=${1:?} lines=${2:?} crashes=${3:?}
declare -A first=()
names="c1 c2 c3 c4 c5 c6 c7 c8"

# check_owners ROUND LISTING: whose is each line, by what it says and by its mark?
check_owners()
{
	awk -v round="$1" -v lines="$lines" -v names="$names" -v crashes="$crashes" '
	function wrong(why) {
		if (bad++ < 10)
			print "FAIL: " why ": " $0
	}
	{ owner = $1; text = $0; sub(/^[^\]]*\] /, "", text); split(text, word, " ") }
	owner == "-" && text == "round " round { begun = 1; next }
	!begun { next }
	word[1] ~ /^c[1-8]-line$/ {
		whose = substr(word[1], 1, 2)
		if (owner != whose)
			wrong("not " whose "\047s")
		if (word[2] != next_of[whose]++)
			wrong("a line is lost, twice, or not in its place")
		records++
	}
	word[1] ~ /^crash-c[1-8]\[/ {
		whose = substr(word[1], 7, 2)
		if (owner != whose)
			wrong("not " whose "\047s crash")
		crashed[whose]++
		records++
	}
	# The rest of what is said of a crash: not by whom, but by one of them.
	word[1] ~ /^(Code:|likely)/ && owner !~ /^c[1-8]$/ { wrong("the rest of a crash, nobody\047s") }
	word[1] ~ /^noise-/ {
		if (owner != "-")
			wrong("not the host\047s")
		noise[word[1]]++
		records++
	}
	END {
		count = split(names, name, " ")
		for (i = 1; i <= count; i++) {
			if (next_of[name[i]] != lines)
				wrong("lines of " name[i] ": " next_of[name[i]])
			if (crashed[name[i]] != crashes)
				wrong("crashes of " name[i] ": " crashed[name[i]])
			all_crashes += crashed[name[i]]
		}
		if (noise["noise-irq"] < 10 || noise["noise-thread"] < 10)
			wrong("no noise")
		print records " records: " noise["noise-irq"] " of interrupts, " \
			noise["noise-thread"] " of a thread, " \
			all_crashes " crashes"
		exit bad > 0
	}' "$2"
}

# check_checker ROUND LISTING: of what is wrong it has to say so.
check_checker()
{
	local change

	for change in 's/^c1 \(.*c1-line 7\)$/c2 \1/' '/ c1-line 7$/d' '/ c1-line 7$/p' \
		's/^c2 \(.*crash-c2\[\)/- \1/' 's/^- \(.*noise-irq\)/c3 \1/'; do
		sed "$change" "$2" >/tmp/changed
		! cmp -s /tmp/changed "$2" || fail "$change: changes nothing"
		! check_owners "$1" /tmp/changed >/dev/null || fail "$change: nobody would notice"
	done
}

# check_follower NAME: who read all the while has had each line once, in order.
check_follower()
{
	awk -v lines="$lines" -v name="$1" '
	$2 == name "-line" && $3 != count++ { bad++ }
	$2 ~ /^c[1-8]-line$/ && $2 != name "-line" { bad++ }
	END { exit bad || count != lines }' "$bundles/$1/rootfs/followed"
}

# check_view NAME FIRST: its own, in their order, numbered from FIRST.
check_view()
{
	awk -v name="$1" -v first="$2" -v lines="$lines" -v crashes="$crashes" '
	function wrong(why) {
		if (bad++ < 10)
			print "FAIL: " name ": " why ": " $0
	}
	$1 != first + NR - 1 { wrong("number") }
	$2 == name "-line" { if ($3 != count++) wrong("line"); next }
	index($2, "crash-" name "[") == 1 { crashed++; next }
	# The rest of a crash; the kernel breaks a line where another CPU prints.
	$2 == "Code:" || $2 == "in" || $2 == "likely" || NF == 1 { next }
	{ wrong("not its own") }
	END {
		if (count != lines)
			wrong("lines: " count)
		if (crashed != crashes)
			wrong("crashes: " crashed)
		exit bad > 0
	}' "$bundles/$1/rootfs/view"
}

all_answered()
{
	local name

	for name in $names; do
		[ -e "$bundles/$name/rootfs/out" ] || return
	done
}

# all_do WORDS: each, at once; "NAME" is its name.
all_do()
{
	local name

	for name in $names; do
		inside_begin "$name" "${*//NAME/$name}"
	done
	wait_until "${OWNERS_PATIENCE:-300}" all_answered || fail "no answer: $*"
}

log_load || fail "modules do not load"
echo 0 >/proc/sys/kernel/printk_ratelimit
for name in $names; do
	log_vkernel "$name" || fail "no vkernel"
	log_start "$name" || fail "cannot start $name"
	cp "$programs/klog" "$bundles/$name/rootfs/bin/crash-$name"
done
total=0
for ((round = 0; round < rounds; round++)); do
	for name in $names; do
		echo 1 >"$vkernels/$name/log/clear"
		first[${name#c}]=$(cat "$vkernels/$name/log/visible")
	done
	echo "round $round" >/dev/kmsg
	for name in c1 c2; do
		inside $name "klog follow >/followed &" >/dev/null
		wait_until 30 grep -q ready $bundles/$name/rootfs/followed ||
			fail "$name does not follow"
	done
	modprobe log_noise || fail "no noise"
	all_do "klog flood NAME-line $lines & crash-NAME crash $crashes & wait"
	rmmod log_noise
	all_do "klog data >/view"
	for name in c1 c2; do
		wait_until 60 check_follower $name || fail "round $round: $name has followed $(tail -n 1 $bundles/$name/rootfs/followed)"
	done
	pkill -f '^klog follow'
	cp /sys/kernel/debug/vkernel_log/log /tmp/log
	check_owners "$round" /tmp/log >/tmp/owners || fail "round $round: $(cat /tmp/owners)"
	[ "$round" != 0 ] || check_checker "$round" /tmp/log
	for name in $names; do
		check_view "$name" "${first[${name#c}]}" || fail "round $round"
	done
	cat /tmp/owners
	total=$((total + $(cut -d ' ' -f 1 /tmp/owners)))
done
echo "$total records in all"
[ $total -ge "${OWNERS_LEAST:-0}" ] || fail "fewer than ${OWNERS_LEAST:-0}"
echo "ok: each record at its owner's, and none else"
for name in $names; do
	container_remove "$name"
	wait_until 10 vkernel_is "$name" dead || fail "$name lives"
	rmdir "$vkernels/$name/log" "$vkernels/$name"
done
unload_all || fail "cannot unload"
