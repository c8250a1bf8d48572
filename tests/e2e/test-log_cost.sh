#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a record costs a container at most 5 percent more with the plugin, with a
# proves: quota and without; the host next to nothing, whatever containers have open
# kernels: all
# long
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# icount: 1
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

declare -A cost=()

# measure VARIANT COMMAND...: instructions for a record, the least of some runs.
measure()
{
	local variant=$1 run row="a record written" column values=()
	shift

	for ((run = 0; run < ${RUNS:-3}; run++)); do
		values+=("$("$@")") || fail "$variant: cannot measure"
	done
	cost[$variant]=$(printf '%d\n' "${values[@]}" | sort -n | head -n 1)
	echo "$variant: ${cost[$variant]} instructions"
	[[ $variant != *reads* ]] || row="a record read"
	column=${variant/ reads/}
	figure log "$row" "${column/stock/modules not loaded}" instructions "${values[@]}"
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
read=("$programs/klog" price-read 1000)
# Who asks for it starts a program first, to wait: not while it is measured.
calmly="sleep 0.35; klog price 2000"
# Containers may open many files.
ulimit -n 20000
log_bundle a && container_create a && container_start a || fail "cannot start a"
measure "host, stock" "${price[@]}"
measure "host reads, stock" "${read[@]}"
measure "container, stock" inside a "$calmly"
container_remove a

log_load || fail "modules do not load"
measure "host, loaded" "${price[@]}"
for name in a b; do
	log_vkernel $name && log_start $name || fail "cannot start $name"
done
# First the many: to open one is quick while its ring is short.
for files in 10000 1; do
	inside_begin b klog many $files /enough
	wait_until 60 has b ready || fail "not open: $(cat $bundles/b/rootfs/out.new)"
	measure "host, beside $files files" "${price[@]}"
	measure "host reads, beside $files files" "${read[@]}"
	touch $bundles/b/rootfs/enough
	wait_until 60 test -e $bundles/b/rootfs/out || fail "it does not end"
	rm $bundles/b/rootfs/enough
done
measure "host, beside a vkernel" "${price[@]}"
measure "host reads, beside a vkernel" "${read[@]}"
measure "container, own log" inside a "$calmly"
# So much that nothing is dropped; it is counted all the same.
echo 4000000000 >$vkernels/a/log/quota
measure "container, with a quota" inside a "$calmly"
equal "they are its own" "$(inside a klog end)$(cat $vkernels/a/log/records)" \
	$((2 * ${RUNS:-3} * 2000))
equal "none is dropped" "$(cat $vkernels/a/log/dropped)" 0
control log "all records that the container wrote are counted as its own, none was dropped"

# What one has used up is no matter to others: neither while it has none, nor when
# it writes no more.
echo 16 >$vkernels/b/log/quota
echo 0 >$vkernels/b/log/quota_rate
inside b klog flood b-line 10 >/dev/null
[ "$(cat $vkernels/b/log/dropped)" -gt 0 ] || fail "b has some left"
measure "container, beside an empty quota" inside a "$calmly"
measure "host, beside an empty quota" "${price[@]}"
echo 256 >$vkernels/b/log/quota_rate
inside b klog flood b-line 100 >/dev/null
sleep 2
measure "container, beside one that was empty" inside a "$calmly"

at_most 50 "container, beside one that was empty" "container, stock" || fail "too much"
at_most 50 "container, beside an empty quota" "container, stock" || fail "too much"
at_most 10 "host, beside an empty quota" "host, stock" || fail "the host pays"
at_most 50 "container, own log" "container, stock" || fail "too much"
at_most 50 "container, with a quota" "container, stock" || fail "too much"
at_most 10 "host, beside a vkernel" "host, stock" || fail "the host pays"
for files in 1 10000; do
	at_most 10 "host, beside $files files" "host, stock" || fail "the host pays"
	at_most 60 "host reads, beside $files files" "host reads, stock" ||
		fail "the host pays for reading"
done
at_most 5 "host, loaded" "host, stock" || fail "the host pays for nothing"

log_remove a b
dmesg -n 7
unload_all || fail "cannot unload"
