# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a call of one kernel function costs, hooked and watched in other ways:
# measured by hookcore_cost.ko, for the test and for the comparison. Sourced.

# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

cost_function=jiffies64_to_msecs
cost_calls=10000
cost_ours="call decide guard"
cost_peers="ftrace ftrace_recursion redirect livepatch kprobe_optimised
	kprobe_ftrace kprobe_int3 kretprobe fentry"
cost_results=/tmp/cost
declare -A cost_summary=()

# read VARIANT: picoseconds a call.
cost_read()
{
	cat "/sys/kernel/debug/hookcore_cost/$1"
}

# The kprobe may not be optimised away.
cost_read_int3()
{
	local status

	sysctl -qw debug.kprobes-optimization=0
	cost_read kprobe_int3
	status=$?
	sysctl -qw debug.kprobes-optimization=1
	return "$status"
}

# A BPF program is attached while the function is called as it is. Its own count
# says that it ran.
cost_read_fentry()
{
	local word count picoseconds

	coproc FENTRY { "${VK_PROGRAMS:-/vk/programs}/fentry" "$cost_function"; }
	# What coproc set goes with it; the copies stay.
	exec 5<&"${FENTRY[0]}" 6>&"${FENTRY[1]}"
	eval "exec ${FENTRY[1]}>&-"
	read -r word <&5 && picoseconds=$(cost_read plain 6>&-)
	exec 6>&-
	read -r count <&5
	wait
	exec 5<&-
	[ "$word" = attached ] || return 1
	if [ "$count" != "$cost_calls" ]; then
		echo "fentry: $count calls counted, of $cost_calls" >&2
		return 1
	fi
	echo "$picoseconds"
}

cost_read_one()
{
	case $1 in
	kprobe_int3) cost_read_int3 ;;
	fentry) cost_read_fentry ;;
	*) cost_read "$1" ;;
	esac
}

# cost_measure ROUNDS: every variant once a round.
cost_measure()
{
	local round variant picoseconds

	: >"$cost_results"
	for ((round = 0; round < $1; round++)); do
		for variant in plain $cost_ours $cost_peers; do
			picoseconds=$(cost_read_one "$variant") ||
				{ echo "cannot measure $variant"; return 1; }
			echo "$variant $picoseconds" >>"$cost_results"
		done
	done
	cost_summarise
}

# One awk for all: a process is dear in the guest.
cost_summarise()
{
	local variant rest

	while read -r variant rest; do
		cost_summary[$variant]=$rest
	done < <(sort -k1,1 -k2,2n "$cost_results" | awk '
		function flush() {
			if (n)
				print name, value[int((n + 1) / 2)], value[1], value[n]
			n = 0
		}
		$1 != name { flush(); name = $1 }
		{ value[++n] = $2 }
		END { flush() }')
}

# cost_extra VARIANT: what it adds to a call, in thousandths of an instruction,
# into $extra.
cost_extra()
{
	local of=${cost_summary[$1]%% *} plain=${cost_summary[plain]%% *}

	extra=$((of - plain))
}

# cost_at_most THOUSANDTHS VARIANT
cost_at_most()
{
	local extra

	cost_extra "$2"
	[ "$extra" -le "$1" ]
}

# cost_cheaper VARIANT THAN
cost_cheaper()
{
	local extra

	cost_extra "$2"
	cost_at_most $((extra - 1)) "$1"
}

cost_describe()
{
	case $1 in
	plain) echo "not watched" ;;
	call) echo "hookcore: handler counts, calls the original" ;;
	decide) echo "hookcore: decider, C function counts, tail jump" ;;
	guard) echo "hookcore: guard counts, tail jump" ;;
	ftrace) echo "ftrace callback" ;;
	ftrace_recursion) echo "ftrace callback, recursion-safe" ;;
	redirect) echo "ftrace moves ip to a function that calls the body" ;;
	livepatch) echo "the same, recursion-safe, as livepatch does" ;;
	kprobe_optimised) echo "kprobe, optimised to a jmp" ;;
	kprobe_ftrace) echo "kprobe at the entry, by ftrace" ;;
	kprobe_int3) echo "kprobe, int3 (the trap itself is not counted)" ;;
	kretprobe) echo "kretprobe" ;;
	fentry) echo "BPF fentry" ;;
	esac
}

# cost_instructions THOUSANDTHS...: each with two decimals, rounded down.
cost_instructions()
{
	local value

	for value; do
		printf '%9d.%02d' $((value / 1000)) $((value % 1000 / 10))
	done
}

cost_table()
{
	local variant extra median least most

	echo "Guest instructions per call of $cost_function(), $(uname -r), medians of $1:"
	printf '%-50s %12s %12s %11s %11s\n' variant call extra least most
	for variant in plain $cost_ours $cost_peers; do
		read -r median least most <<<"${cost_summary[$variant]}"
		cost_extra "$variant"
		printf '%-50s %s\n' "$(cost_describe "$variant")" \
			"$(cost_instructions "$median" "$extra" "$least" "$most")"
	done
}

# cost_figures: all rounds, for the report.
cost_figures()
{
	local variant

	for variant in plain $cost_ours $cost_peers; do
		# shellcheck disable=SC2046 # words
		figure hook "$cost_function()" "$(cost_describe "$variant")" instructions \
			$(awk -v variant="$variant" '$1 == variant {
				printf "%.3f\n", $2 / 1000 }' "$cost_results")
	done
	control hook "every variant but the first has counted all $cost_calls calls of each round"
}
