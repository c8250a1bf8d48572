# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How long a container takes to its program's first act, with a vkernel and
# without, in turns: for the tests and for the comparison. Docker's default
# profile is loaded as ours, and as the seccomp filter that the container has
# anyway. Sourced.

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

start_results=/tmp/starts

# What Docker gives a container that asks for nothing.
start_caps='["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER",
	"CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
	"CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
	"CAP_AUDIT_WRITE"]'

# The filter, as Docker writes it into a bundle: what is for these capabilities,
# on this machine.
# shellcheck disable=SC2016 # jq's variables, not the shell's
start_filter='
	def among($list): all(.[]; . as $one | $list | index($one));
	def is_for: ((.includes.caps // []) | among($caps)) and
		((.includes.arches // ["amd64"]) | index("amd64")) and
		((.excludes.caps // []) | any(.[]; . as $one | $caps | index($one)) | not) and
		((.excludes.arches // []) | index("amd64") | not);
	def given: with_entries(select(.value != null and .value != []));
	{ defaultAction, defaultErrnoRet,
	  architectures: [.archMap[] | select(.architecture == "SCMP_ARCH_X86_64") |
		.architecture, .subArchitectures[]],
	  syscalls: [.syscalls[] | select(is_for) | { names, action, errnoRet, args } | given]
	} | given'

# start_bundle NAME [HOOKS [PROGRAM [PROFILE]]]: a container; its program notes
# when it begins. It asks for its profile by an annotation; members come in the
# order in which engines write them.
start_bundle()
{
	local config=$bundles/$1/config.json

	container_bundle "$1" "${3:-/bin/began}"
	jq --argjson caps "$start_caps" "$start_filter" "$profile" >/tmp/filter.json
	jq -c --argjson caps "$start_caps" --slurpfile filter /tmp/filter.json \
		--argjson hooks "${2:-null}" --arg profile "${4:-default}" '
		.process.capabilities[] = $caps | .linux.seccomp = $filter[0] |
		.linux as $linux | del(.linux) |
		if $hooks then .hooks = $hooks else . end |
		.annotations = { "org.vkernel.profile": $profile } | .linux = $linux' \
		"$config" >/tmp/config.json
	mv /tmp/config.json "$config"
}

# start_hook STAGE: an OCI hook of ours.
start_hook()
{
	printf '[{ "path": "/usr/bin/vkctl", "args": [ %s ] }]' \
		"$(json_strings vkctl oci-hook "$1")"
}

# start_load: every plugin there is.
start_load()
{
	local name

	load_all || fail "modules do not load"
	for name in log mm sched sched_params; do
		modprobe vkernel_$name || fail "vkernel_$name does not load"
	done
}

# start_plugins: every plugin there is, loaded; those of vkernels in the profile
# "default", in "policy" a policy for the control group, too.
start_plugins()
{
	local parameter=wakeup_granularity_ns

	start_load
	[ ! -e /sys/kernel/debug/sched/base_slice_ns ] || parameter=base_slice_ns
	jq --arg parameter $parameter '{ syscall: { seccomp: . },
		log: { mode: "own", quota: 65536 },
		mm: { max_map_count: 60000 },
		sched_params: { ($parameter): 5000000 } }' \
		"$profile" >/etc/vkernel/profiles/default.json
	jq '. + { sched: { real_policy: "fifo" } }' /etc/vkernel/profiles/default.json \
		>/etc/vkernel/profiles/policy.json
}

start_prepare()
{
	engines_prepare
	start_plugins
	: >$start_results
	start_hooks="{ \"createRuntime\": $(start_hook createRuntime),
		\"poststop\": $(start_hook poststop) }"
	start_bundle plain
	start_bundle ours "$start_hooks"
	start_bundle policy "$start_hooks" /bin/began policy
}

# start_unfilter NAME: that container has no seccomp filter.
start_unfilter()
{
	jq -c 'del(.linux.seccomp)' "$bundles/$1/config.json" >/tmp/config.json
	mv /tmp/config.json "$bundles/$1/config.json"
}

# start_one VARIANT COMMAND...: one line more in the results. What the one before
# has left to be cleaned up behind its back is not for this one to pay.
start_one()
{
	local variant=$1 figures
	shift

	sleep 1
	figures=$("$programs/stopwatch" "$@" </dev/null) || fail "$variant: $*: $figures"
	echo "$variant $figures" >>$start_results
}

# start_without COMMAND...: while no module of ours is loaded.
start_without()
{
	wait_until 20 no_vkernel && unload_all || fail "cannot unload"
	[ ! -d /sys/module/hookcore ] || fail "hookcore is loaded"
	"$@"
	start_load
}

# start_crun VARIANT: the first vkernel after the modules are loaded opens doors that are
# open for the next ones: it is not for whoever comes then to pay, either.
start_crun()
{
	local run=(crun --cgroup-manager=cgroupfs run --bundle)

	if [ "$1" = unloaded ]; then
		start_without start_one crun-unloaded "${run[@]}" $bundles/unloaded unloaded
		"${run[@]}" $bundles/ours ours >/dev/null || fail "no vkernel"
	else
		start_one "crun-$1" "${run[@]}" "$bundles/$1" "$1"
	fi
}

# start_runc VARIANT: programs of gVisor's have a clock of their own.
start_runc()
{
	if [ "$1" = gvisor ]; then
		start_one runc-gvisor -a runsc --platform=ptrace --network=none --ignore-cgroups \
			run --bundle $bundles/bare gvisor
	else
		start_one "runc-$1" runc run --bundle "$bundles/$1" "$1"
	fi
}

# start_docker VARIANT
start_docker()
{
	local options=(--runtime runc)

	[ "$1" != ours ] || options=(--runtime vkernel)
	[ "$1" != bare ] || options+=(--security-opt seccomp=unconfined)
	start_one "docker-$1" docker run --rm --network none "${options[@]}" image /bin/began
}

# start_pairs COUNT WAY [VARIANT...]: in turns; the first round is for caches.
start_pairs()
{
	local round variant

	for ((round = 0; round <= $1; round++)); do
		for variant in plain ours "${@:3}"; do
			"start_$2" "$variant"
		done
		[ $round != 0 ] || sed -i "/^$2-/d" $start_results
		[ $((round % 10)) != 0 ] || echo "$2: $round of $1 after $SECONDS s"
	done
}

# start_all CRUN [DOCKER [VARIANT]]: so many pairs of each; of crun's, VARIANT too.
# To start the engine is no part of a start.
start_all()
{
	start_prepare
	[ -z "$2" ] || docker_start
	# shellcheck disable=SC2086 # a word, or none
	start_pairs "$1" crun $3
	if [ -n "$2" ]; then
		start_pairs "$2" docker
		docker_stop
	fi
}

# start_compare CRUN DOCKER: the same beside all peers there are.
start_compare()
{
	start_prepare
	start_bundle unloaded
	start_bundle bare
	start_bundle alone "$start_hooks"
	start_unfilter unloaded
	start_unfilter bare
	start_unfilter alone
	start_pairs "$1" crun unloaded bare alone policy
	start_pairs "$2" runc bare alone gvisor
	docker_start
	start_pairs "$2" docker bare
	docker_stop
}

# start_figure VARIANT WHAT PERCENT: of the times ("elapsed"), or of what was
# executed ("busy"), the one that so many percent do not exceed; nanoseconds.
start_figure()
{
	awk -v variant="$1" -v what="$2" '$1 == variant {
		printf "%.0f\n", $2 - (what == "busy" ? $3 : 0) }' $start_results | sort -n |
		awk -v percent="$3" '{ value[NR] = $1 }
			END { printf "%.0f\n", value[int((NR * percent + 99) / 100)] }'
}

# start_ratio WAY WHAT [VARIANT]: of the medians, in thousandths.
start_ratio()
{
	local with without

	with=$(start_figure "$1-${3:-ours}" "$2" 50)
	without=$(start_figure "$1-plain" "$2" 50)
	echo $(((with * 1000 + without / 2) / without))
}

# start_table WHAT
start_table()
{
	local way variant

	printf '%-16s %5s %14s %14s %6s\n' '' runs p50 p99 ratio
	for way in crun runc docker; do
		for variant in unloaded bare alone plain ours policy gvisor; do
			grep -q "^$way-$variant " $start_results || continue
			printf '%-16s %5d %14d %14d %6d\n' "$way-$variant" \
				"$(grep -c "^$way-$variant " $start_results)" \
				"$(start_figure "$way-$variant" "$1" 50)" \
				"$(start_figure "$way-$variant" "$1" 99)" \
				"$(start_ratio $way "$1" $variant)"
		done
	done
}

start_describe()
{
	case $1 in
	unloaded) echo "no filter, modules not loaded" ;;
	bare) echo "no filter" ;;
	plain) echo "seccomp, Docker's profile" ;;
	ours) echo "seccomp, and a vkernel with all plugins" ;;
	alone) echo "vkernel with all plugins" ;;
	policy) echo "the same, and a policy of the group" ;;
	gvisor) echo "gVisor, runsc with ptrace" ;;
	esac
}

# start_figures SECTION WHAT UNIT: all of them, for the report.
start_figures()
{
	local name

	for name in $(cut -d' ' -f1 $start_results | uniq | sort -u); do
		# shellcheck disable=SC2046 # words
		figure "$1" "${name%-*} run" "$(start_describe "${name#*-}")" "$3" \
			$(awk -v name="$name" -v what="$2" '$1 == name {
				printf "%.0f\n", $2 - (what == "busy" ? $3 : 0) }' $start_results)
	done
	for name in crun runc dockerd runsc; do
		version_of $name
	done
}

# start_check [CRUN]: what a vkernel may cost, in thousandths: 1050 is the aim, and so
# much more where there are few pairs. A hook is a process, and crun without one takes
# as little as twenty of them.
start_check()
{
	[ "$(start_ratio crun busy)" -le $((1050 + ${1:-0})) ] || fail "crun run: too much"
	! grep -q ^docker $start_results || [ "$(start_ratio docker busy)" -le 1050 ] ||
		fail "docker run: too much"
	! grep -q ^crun-policy $start_results ||
		[ "$(start_ratio crun busy policy)" -le $((1050 + ${1:-0})) ] ||
		fail "crun run, with a policy: too much"
	# That there is a vkernel at all shows.
	[ "$(start_ratio crun busy)" -ge 1010 ] || fail "crun run: where is the vkernel?"
}
