# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a system call costs under our rules, under seccomp and under neither, for
# the test and for the comparison. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

price_results=/tmp/prices
price_calls="getppid read open_close lseek"
price_runs=1
declare -A price=()

# What a profile allows: about as much as Docker's, and no more.
price_allowed()
{
	seq 0 100
	seq 102 133
	seq 137 152
	echo 158
	seq 186 202
	seq 203 205
	seq 207 211
	seq 213 245
	seq 247 247
	seq 251 255
	seq 257 271
	seq 273 278
	seq 280 297
	seq 299 307
	seq 309 310
	seq 313 320
	seq 322 334
	seq 424 450
}

# price_put VARIANT COMMAND...: what the program says, in thousandths; the least
# of $price_runs runs.
price_put()
{
	local variant=$1 call value run least
	shift

	for ((run = 0; run < price_runs; run++)); do
		"$@" >"$price_results" || fail "$variant: cannot measure"
		while read -r call value; do
			least=${price[$variant:$call]:-$value}
			price[$variant:$call]=$((value < least ? value : least))
		done <"$price_results"
	done
	[ -n "${price[$variant:lseek]}" ] || fail "$variant: nothing measured"
}

# price_rules RULE...: these, and EPERM for all other calls, in force.
price_rules()
{
	local rule

	echo EPERM >$vkernels/web/syscall/default
	for rule in "$@"; do
		echo "$rule" >$vkernels/web/syscall/rules_add || fail "rule $rule"
	done
	echo 1 >$vkernels/web/syscall/commit
}

price_container()
{
	container_exec "$1" /bin/price "${@:2}"
}

# price_measure: all variants, of the host and of one container, which first has
# no vkernel.
price_measure()
{
	local allowed rules

	mapfile -t allowed < <(price_allowed)
	mapfile -t rules < <(price_allowed | sed 's/.*/x64 & allow/')
	container_bundle web /bin/again /tmp/again
	container_create web && container_start web || fail "no container"
	price_put plain price_container web
	price_put seccomp price_container web seccomp "${allowed[@]}"
	price_put host "$programs/price"

	load_all || fail "modules do not load"
	price_put loaded "$programs/price"
	vkernel_make web && vkernel_arm web web || fail "no vkernel"
	price_put alive "$programs/price"
	price_put allow price_container web
	equal "so far" "$(container_exec web /bin/call x64 101)" 0
	price_rules "${rules[@]}" "x64 8 allow a0!=40"
	equal "the profile denies" "$(container_exec web /bin/call x64 101)" EPERM
	price_put profile price_container web
}

price_done()
{
	container_remove web
	wait_until 10 vkernel_is web dead || fail "not dead"
	vkernel_remove web && unload_all || fail "cannot unload"
}

# price_extra VARIANT THAN CALL: thousandths of an instruction, into $extra.
price_extra()
{
	local value=${price[$1:$3]} than=${price[$2:$3]}

	extra=$((value - than))
}

price_line()
{
	local call extra value

	printf '%-52s' "$1"
	for call in $price_calls; do
		price_extra "$2" "$3" "$call"
		# Rounded, also below zero.
		extra=$(((extra + 1000500) / 1000 - 1000))
		value=${price[$2:$call]}
		printf ' %7d %+6d' $(((value + 500) / 1000)) "$extra"
	done
	echo
}

price_table()
{
	echo "Guest instructions per call, $(uname -r), and what it is more than without:"
	printf '%-52s %14s %14s %14s %14s\n' '' getppid 'read of 1 byte' \
		'openat + close' 'lseek, tested'
	price_line "container, no filter" plain plain
	price_line "container, seccomp, a profile (BPF JIT, cached)" seccomp plain
	price_line "container, ours, the same profile" profile plain
	price_line "container, ours, everything allowed" allow plain
	price_line "host" host host
	price_line "host, modules loaded, no vkernel" loaded host
	price_line "host, a vkernel alive" alive host
}
