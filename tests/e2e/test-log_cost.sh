#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a record costs a container at most 5 percent more with the plugin, and
# proves: the host next to nothing while vkernels exist, nothing while none does
# kernels: all
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1
# append: printk.devkmsg=on

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

declare -A cost=()

# measure VARIANT COMMAND...: instructions for a record, the least of three runs.
measure()
{
	local variant=$1 value
	shift

	for _ in 1 2 3; do
		value=$("$@") || fail "$variant: cannot measure"
		[ "${cost[$variant]:-$value}" -lt "$value" ] || cost[$variant]=$value
	done
	echo "$variant: ${cost[$variant]} instructions"
}

# at_most PERMILLE VARIANT THAN
at_most()
{
	local more=$(((cost[$2] - cost[$3]) * 1000 / cost[$3]))

	echo "$2 against $3: $more per mille"
	[ $more -le "$1" ]
}

# What the console takes is not what is measured.
dmesg -n 1
# What follows begins with a ring that is full: to make room costs as well.
"$programs/klog" price 6000 >/dev/null
price=("$programs/klog" price 2000)
log_bundle a && container_create a && container_start a || fail "cannot start a"
measure "host, stock" "${price[@]}"
measure "container, stock" inside a klog price 2000
container_remove a

log_load || fail "modules do not load"
measure "host, loaded" "${price[@]}"
log_vkernel a && log_start a || fail "cannot start a"
measure "host, beside a vkernel" "${price[@]}"
measure "container, own log" inside a klog price 2000
equal "they are its own" "$(inside a klog end)$(cat $vkernels/a/log/records)" 6000

at_most 50 "container, own log" "container, stock" || fail "too much"
at_most 10 "host, beside a vkernel" "host, stock" || fail "the host pays"
at_most 5 "host, loaded" "host, stock" || fail "the host pays for nothing"

container_remove a
wait_until 10 vkernel_is a dead || fail "a lives"
rmdir $vkernels/a/log $vkernels/a
dmesg -n 7
unload_all || fail "cannot unload"
