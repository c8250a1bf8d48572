# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a system call costs under Docker's default profile as our rules, under the
# same as libseccomp's filter, and under neither, for the test and for the
# comparison. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

price_results=/tmp/prices
price_calls="getppid read open_close personality"
price_runs=3
price_profile=/vk/profiles/docker
declare -A price=() price_spread=()

# price_put VARIANT COMMAND...: what the program says; the median of $price_runs
# runs, and how far these lie apart.
price_put()
{
	local variant=$1 call run values
	shift

	for ((run = 0; run < price_runs; run++)); do
		"$@" || fail "$variant: cannot measure"
	done >$price_results
	for call in $price_calls; do
		mapfile -t values < <(sed -n "s/^$call //p" $price_results | sort -n)
		[ ${#values[@]} = "$price_runs" ] || fail "$variant: $call: not measured"
		price[$variant:$call]=${values[price_runs / 2]}
		price_spread[$variant:$call]=$((values[-1] - values[0]))
		echo "$variant: $call: ${values[*]}"
	done
}

price_container()
{
	container_exec web /bin/price "$@"
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
	price_put host "$programs/price"

	load_all || fail "modules do not load"
	price_put loaded "$programs/price"
	vkernel_make web && vkernel_arm web web || fail "no vkernel"
	price_put alive "$programs/price"
	price_put allow price_container
	equal "so far" "$(container_exec web /bin/call x64 250 100)" EOPNOTSUPP
	price_rules
	price_put profile price_container
	price_put both price_container /filter
	price_rules "open /etc/shadow EACCES" "open /proc/sys/* write EPERM" \
		"connect 10.0.0.0/8 EPERM" "clone newuser EPERM"
	price_put objects price_container
	price_put watched "$programs/price"
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
	echo "Guest instructions per call, $(uname -r); more than without; (spread of $price_runs runs):"
	printf '%-52s %16s %16s %16s %16s\n' '' getppid 'read of 1 byte' \
		'openat + close' personality
	price_line "container, no filter" plain plain
	price_line "container, seccomp, Docker's profile" seccomp plain
	price_line "container, ours, the same profile" profile plain
	price_line "container, ours, everything allowed" allow plain
	price_line "container, both" both plain
	price_line "container, ours, and four rules on objects" objects plain
	price_line "host" host host
	price_line "host, modules loaded, no vkernel" loaded host
	price_line "host, a vkernel alive" alive host
	price_line "host, that vkernel has rules on objects" watched host
}
