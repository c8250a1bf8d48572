# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# hackbench in a container: under each policy, and by the kernel's own ways to do
# without one; alone, and beside others of its group. In turns; for the test and
# for the comparisons. Sourced.

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

hack_results=/tmp/hackbench
hack_variants=${VARIANTS:-normal batch rt_nice rt_privileged fifo adaptive}
# What Docker gives a container that asks for nothing.
hack_caps="CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP
	NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
# What a privileged one has besides, on all of these kernels.
hack_more_caps="DAC_READ_SEARCH LINUX_IMMUTABLE NET_BROADCAST NET_ADMIN IPC_LOCK IPC_OWNER
	SYS_MODULE SYS_RAWIO SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE
	SYS_TIME SYS_TTY_CONFIG LEASE AUDIT_CONTROL MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM
	BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"

# hack_bring ROOT PROGRAM...: into a container's root, with their libraries.
hack_bring()
{
	local root=$1 file
	shift

	cp --remove-destination "${@/#//usr/bin/}" "$root/bin/" || fail "no program"
	for file in $(ldd "${@/#//usr/bin/}" | grep -o '/lib[^ ]*' | sort -u); do
		mkdir -p "$root${file%/*}" && cp -L "$file" "$root$file" || fail "no $file"
	done
}

# hack_container NAME CAPABILITY...: one that sleeps; what runs, is executed in it.
hack_container()
{
	local name=$1 caps
	shift

	container_bundle "$name" /bin/busybox sleep 1000000
	hack_bring $bundles/"$name"/rootfs hackbench chrt
	caps=$(json_strings "${@/#/CAP_}")
	sed -i "s/\"\(bounding\|effective\|permitted\|inheritable\)\": \[[^]]*\]/\"\1\": [ $caps ]/g" \
		$bundles/"$name"/config.json
	container_create "$name" && container_start "$name" || fail "cannot start $name"
}

# hack_becomes POLICY CONTAINER COMMAND...: what runs so is scheduled so.
hack_becomes()
{
	container_exec "${@:2}" /bin/chrt -p 0 | grep -q "policy: $1\$" || fail "${*:2}: not $1"
	echo "ok: ${*:2}: $1"
}

# hack_real_time: who is may have all of the processor, as the others; else the kernel
# keeps a twentieth for others, also if there are none.
hack_real_time()
{
	# shellcheck disable=SC2086 # words
	hack_container nice $hack_caps SYS_NICE
	# shellcheck disable=SC2086 # words
	hack_container privileged $hack_caps $hack_more_caps
	hack_becomes SCHED_FIFO nice /bin/chrt -f 1
	hack_becomes SCHED_FIFO privileged /bin/chrt -f 1
	echo -1 >/proc/sys/kernel/sched_rt_runtime_us || fail "cannot lift the limit"
}

# hack_prepare: the module and the containers; who may not be real-time is not.
hack_prepare()
{
	sched_load
	group_make third
	# shellcheck disable=SC2086 # words
	hack_container plain $hack_caps
	refused "Operation not permitted" container_exec plain /bin/chrt -f 1 /bin/busybox true
	hack_becomes SCHED_OTHER plain
	hack_becomes SCHED_BATCH plain /bin/chrt -b 0
	case $hack_variants in
	*rt*) hack_real_time ;;
	esac
}

hack_end()
{
	local name

	group_sound plain
	for name in plain nice privileged; do
		[ ! -d $bundles/$name ] || container_remove $name
	done
	group_remove third
	sched_unload
}

# hack_how VARIANT: the container, its policy, and what runs hackbench.
hack_how()
{
	container=plain policy=0 with=
	case $1 in
	normal) ;;
	batch) with='/bin/chrt -b 0' ;;
	rt_nice) container=nice with='/bin/chrt -f 1' ;;
	rt_privileged) container=privileged with='/bin/chrt -f 1' ;;
	fifo) policy=1 ;;
	adaptive) policy=2 ;;
	*) fail "unknown variant $1" ;;
	esac
}

# hack_count NAME WORD...: the sum of these counts of a group.
hack_count()
{
	local word sum=0

	for word in "${@:2}"; do
		sum=$((sum + $(group_stat "$1" "$word")))
	done
	echo $sum
}

hack_switches()
{
	sed -n 's/^ctxt //p' /proc/stat
}

# hack_beside LOAD: others of its group, and one that sleeps outside of it.
hack_beside()
{
	hog='' others=()
	case $1 in
	hog | mixed)
		group_enter "$container" "$sched" share 100000 >/dev/null &
		hog=$!
		others+=($!)
		;;
	esac
	case $1 in
	sleepers | mixed)
		group_enter "$container" "$sched" sleeper 2000 1000 >/tmp/inside &
		others+=($!)
		group_enter third "$sched" sleeper 2000 1000 >/tmp/outside &
		others+=($!)
		;;
	esac
}

# hack_alone: they end; what they have to tell, into $told: the hog's time in us,
# how late the sleepers woke: median and 99th percentile inside, and outside, us.
hack_alone()
{
	local ran='' rest

	[ -z "$hog" ] || read -r ran rest <"/proc/$hog/schedstat"
	: >/tmp/inside
	: >/tmp/outside
	if [ ${#others[@]} -gt 0 ]; then
		kill "${others[@]}" 2>/dev/null
		wait "${others[@]}" 2>/dev/null
	fi
	[ "$(wc -l <$groups/plain/cgroup.procs)" = 1 ] || fail "somebody is left"
	told="$((${ran:-0} / 1000)) $(awk '{ print $1, $2 }' /tmp/inside | grep . || echo - -)"
	told+=" $(awk '{ print $1, $2 }' /tmp/outside | grep . || echo - -)"
}

# hack_run LOAD VARIANT ARGUMENT...: a line of results: LOAD, VARIANT, time in us,
# switches, picks, pre-emptions skipped, what hack_alone() tells.
hack_run()
{
	local load=$1 variant=$2 container policy with hog others told
	local picks skipped switches output counters="picks_fifo picks_adaptive"
	shift 2

	hack_how "$variant"
	echo "$policy" >$groups/plain/cpu.real_policy || fail "cannot set the policy"
	[ "$policy" != 0 ] || group_normal plain
	hack_beside "$load"
	# shellcheck disable=SC2086 # words
	picks=$(hack_count plain $counters) skipped=$(hack_count plain preemptions_skipped)
	switches=$(hack_switches)
	# shellcheck disable=SC2086 # words
	output=$(container_exec $container $with /bin/hackbench "$@" 2>&1) ||
		fail "hackbench: $output"
	switches=$(($(hack_switches) - switches))
	# shellcheck disable=SC2086 # words
	picks=$(($(hack_count plain $counters) - picks))
	skipped=$(($(hack_count plain preemptions_skipped) - skipped))
	hack_alone
	echo "$load $variant $(awk '/^Time:/ { printf "%d", $2 * 1000000 }' <<<"$output")" \
		"$switches $picks $skipped $told" | tee -a $hack_results
}

# hack_cell LOAD VARIANT COLUMN [DIVISOR]: median (least-most) of its runs.
hack_cell()
{
	awk -v load="$1" -v variant="$2" -v column="$3" \
		'$1 == load && $2 == variant { print $column }' $hack_results | sort -n |
		awk -v by="${4:-1}" '$1 != "-" { value[++n] = $1 / by }
			END { if (!n) print "-"
			      else printf "%d (%d-%d)\n", value[int((n + 1) / 2)], value[1], value[n] }'
}

# hack_least LOAD VARIANT COLUMN
hack_least()
{
	hack_cell "$1" "$2" "$3" | sed 's/.*(\([0-9]*\)-.*/\1/'
}

# hack_table LOAD UNIT: medians, and least and most in brackets.
hack_table()
{
	local variant format='%-14s %22s %24s %10s %10s %22s %22s %22s %22s %22s\n'

	# shellcheck disable=SC2059 # the same for all lines
	{
		printf "$format" "$1" "$2" switches picks skipped "hog's $2" "woke late inside, us" \
			"99 %" "outside, us" "99 %"
		for variant in $hack_variants; do
			printf "$format" "$variant" "$(hack_cell "$1" "$variant" 3 1000)" \
				"$(hack_cell "$1" "$variant" 4)" \
				"$(hack_cell "$1" "$variant" 5 | cut -d' ' -f1)" \
				"$(hack_cell "$1" "$variant" 6 | cut -d' ' -f1)" \
				"$(hack_cell "$1" "$variant" 7 1000)" \
				"$(hack_cell "$1" "$variant" 8)" "$(hack_cell "$1" "$variant" 9)" \
				"$(hack_cell "$1" "$variant" 10)" "$(hack_cell "$1" "$variant" 11)"
		done
	}
}

hack_describe()
{
	case $1 in
	normal) echo "NORMAL" ;;
	batch) echo "NORMAL, chrt -b 0" ;;
	rt_nice) echo "SCHED_FIFO, with CAP_SYS_NICE" ;;
	rt_privileged) echo "SCHED_FIFO, privileged" ;;
	fifo) echo "vkernel: FIFO" ;;
	adaptive) echo "vkernel: ADAPTIVE" ;;
	esac
}

# hack_figure LOAD SECTION ROW UNIT COLUMN [FACTOR]: a column of the results, for the
# report; but for runs that have nothing there.
hack_figure()
{
	local variant

	for variant in $hack_variants; do
		# shellcheck disable=SC2046 # words
		figure "$2" "$3" "$(hack_describe "$variant")" "$4" \
			$(awk -v load="$1" -v variant="$variant" -v column="$5" -v by="${6:-1}" \
				'$1 == load && $2 == variant && $column != "-" {
					printf "%.0f\n", $column * by }' $hack_results)
	done
}

# hack_figures LOAD UNIT WORK: all of them; UNIT is that of the guest's clock.
hack_figures()
{
	case $2 in
	*instructions) hack_figure "$1" sched "$3" instructions 3 1000 ;;
	*) hack_figure "$1" sched_time "$3" "us, emulated" 3; return ;;
	esac
	hack_figure "$1" sched "$3: switches of the machine" switches 4
	hack_figure "$1" sched "$3: picks by the list" picks 5
	case $1 in
	sleepers | mixed)
		hack_figure "$1" sched "$3: sleepers inside wake late, median" us 8
		hack_figure "$1" sched "$3: sleepers inside wake late, 99 %" us 9
		hack_figure "$1" sched "$3: sleepers outside wake late, median" us 10
		hack_figure "$1" sched "$3: sleepers outside wake late, 99 %" us 11
		;;
	esac
}

# hack_in_force LOAD: who has no policy was not picked by a list, and FIFO was.
hack_in_force()
{
	awk -v load="$1" '$1 == load && (($2 == "fifo") ? $5 < 100 : ($2 != "adaptive" && $5)) {
		exit 1 }' $hack_results || fail "$1: the policy was not in force, or another was"
	control sched "FIFO groups were picked from by the list each time, others than ADAPTIVE never"
}

# hack_compare_size RUNS UNIT LOAD ARGUMENT...: all variants, in turns.
hack_compare_size()
{
	local runs=$1 unit=$2 load=$3 variant round
	shift 3

	: >$hack_results
	for ((round = 0; round < runs; round++)); do
		for variant in $hack_variants; do
			hack_run "$load" "$variant" "$@"
		done
	done
	hack_in_force "$load"
	echo "hackbench $*, $load, one CPU, $(uname -r), median (least-most) of $runs:"
	hack_table "$load" "$unit"
	hack_figures "$load" "$unit" "hackbench $*, $load"
}

# hack_compare RUNS UNIT LOAD...: all of it, for each GROUPS:LOOPS in SIZES.
hack_compare()
{
	local size load

	hack_prepare
	for size in ${SIZES:-10:100}; do
		for load in "${@:3}"; do
			hack_compare_size "$1" "$2" "$load" -g "${size%:*}" -l "${size#*:}"
		done
	done
	hack_end
}
