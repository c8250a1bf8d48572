# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a system call costs under Docker's default profile as our rules, under the
# same as libseccomp's filter, and under neither, for the test and for the
# comparison. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

price_results=/tmp/prices
price_calls="getppid read open_close personality"
# "-a": calls besides those.
price_options=()
price_variants="plain seccomp profile allow both objects host loaded alive watched"
price_runs=3
price_profile=/vk/profiles/docker
declare -A price=() price_spread=() price_all=()

# price_put VARIANT COMMAND...: what the program says; the median of $price_runs
# runs, how far these lie apart, and all of them in their order.
price_put()
{
	local variant=$1 call run values
	shift

	for ((run = 0; run < price_runs; run++)); do
		"$@" || fail "$variant: cannot measure"
	done >$price_results
	for call in $price_calls; do
		mapfile -t values < <(sed -n "s/^$call //p" $price_results)
		[ ${#values[@]} = "$price_runs" ] || fail "$variant: $call: not measured"
		price_all[$variant:$call]=${values[*]}
		mapfile -t values < <(printf '%d\n' "${values[@]}" | sort -n)
		price[$variant:$call]=${values[price_runs / 2]}
		price_spread[$variant:$call]=$((values[-1] - values[0]))
		echo "$variant: $call: ${values[*]}"
	done
}

price_container()
{
	container_exec web /bin/price "${price_options[@]}" "$@"
}

price_host()
{
	"$programs/price" "${price_options[@]}"
}

# price_rules LINE...: Docker's profile, and these rules on objects, in force.
price_rules()
{
	local line

	/vk/vkctl set --profile $price_profile.json web 2>/dev/null || fail "no profile"
	for line in "$@"; do
		echo "$line" >$vkernels/web/syscall/object_add || fail "no rule: $line"
	done
	[ $# = 0 ] || echo 1 >$vkernels/web/syscall/commit
	equal "the profile denies" "$(container_exec web /bin/call x64 250 100)" EPERM
	equal "and allows" "$(container_exec web /bin/call x64 135 0xffffffff)" 0
}

# price_measure: all variants, of the host and of one container, which first has
# no vkernel.
price_measure()
{
	container_bundle web /bin/again /tmp/again
	cp $price_profile.bpf $bundles/web/rootfs/filter
	container_create web && container_start web || fail "no container"
	price_put plain price_container
	price_put seccomp price_container /filter
	price_put host price_host

	load_all || fail "modules do not load"
	price_put loaded price_host
	vkernel_make web && vkernel_arm web web || fail "no vkernel"
	price_put alive price_host
	price_put allow price_container
	equal "so far" "$(container_exec web /bin/call x64 250 100)" EOPNOTSUPP
	price_rules
	price_put profile price_container
	price_put both price_container /filter
	price_rules "open /etc/shadow EACCES" "open /proc/sys/* write EPERM" \
		"connect 10.0.0.0/8 EPERM" "clone newuser EPERM"
	price_put objects price_container
	price_put watched price_host
}

# price_without VARIANT: the one to compare it with.
price_without()
{
	case $1 in
	host | loaded | alive | watched) echo host ;;
	*) echo plain ;;
	esac
}

price_describe()
{
	case $1 in
	plain) echo "container, no filter" ;;
	seccomp) echo "container, seccomp, Docker's profile" ;;
	profile) echo "container, vkernel, the same profile" ;;
	allow) echo "container, vkernel, everything allowed" ;;
	both) echo "container, vkernel and seccomp" ;;
	objects) echo "container, vkernel, and four rules on objects" ;;
	host) echo "host, modules not loaded" ;;
	loaded) echo "host, modules loaded, no vkernel" ;;
	alive) echo "host, a vkernel alive" ;;
	watched) echo "host, that vkernel has rules on objects" ;;
	esac
}

price_call()
{
	case $1 in
	read) echo "read of 1 byte" ;;
	write) echo "write of 1 byte" ;;
	open_close) echo "openat + close" ;;
	pipe) echo "pipe, 512 bytes" ;;
	five) echo "five short calls" ;;
	*) echo "$1" ;;
	esac
}

price_done()
{
	container_end web
	unload_all || fail "cannot unload"
}

# price_extra VARIANT THAN CALL: instructions, into $extra.
price_extra()
{
	local value=${price[$1:$3]} than=${price[$2:$3]}

	extra=$((value - than))
}

price_line()
{
	local call extra

	printf '%-52s' "$1"
	for call in $price_calls; do
		price_extra "$2" "$3" "$call"
		printf ' %6d %+5d (%d)' "${price[$2:$call]}" "$extra" \
			"${price_spread[$2:$call]}"
	done
	echo
}

price_table()
{
	local call variant

	echo "Guest instructions per call, $(uname -r); more than without; (spread of $price_runs runs):"
	printf '%-52s' ''
	for call in $price_calls; do
		printf ' %16s' "$(price_call "$call")"
	done
	echo
	for variant in $price_variants; do
		price_line "$(price_describe "$variant")" "$variant" "$(price_without "$variant")"
	done
}

# price_figures: all runs, for the report.
price_figures()
{
	local call variant

	for call in $price_calls; do
		for variant in $price_variants; do
			# shellcheck disable=SC2086 # words
			figure syscall "$(price_call "$call")" "$(price_describe "$variant")" \
				instructions ${price_all[$variant:$call]}
		done
	done
}
