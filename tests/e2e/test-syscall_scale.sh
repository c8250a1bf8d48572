#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what a call costs a container grows neither with rules on other calls and
# proves: on objects, nor with the number of vkernels: 1, 64, 1,024
# kernels: all
# long
# not-debug: its limits are for kernels as they are shipped
# smp: 1
# mem: 2G
# timeout: 700
# icount: 1

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

vk=$vkernels/web/syscall
# Counted instructions: once is enough where nothing may differ.
price_runs=1

# same VARIANT THAN: to the instruction; but files do not always take the same way,
# and a look at each of 200 rules would take many more.
same()
{
	local call extra limit

	for call in getppid read open_close; do
		price_extra "$1" "$2" "$call"
		echo "$call: $1: ${price[$1:$call]}, than $2: $extra more"
		[ "$call" = open_close ] && limit=10 || limit=0
		[ "${extra#-}" -le "$limit" ] || fail "$call: $1 costs another sum than $2"
	done
}

# others FROM TO: so many vkernels more, each armed and with a rule.
others()
{
	local i

	for ((i = $1; i < $2; i++)); do
		vkernel_make "v$i" "x64 83 EPERM" &&
			echo "${pids[i]}" >"$vkernels/v$i/pid" || fail "vkernel $i"
	done
}

load_all || fail "modules do not load"
echo 10000 >/proc/sys/user/max_pid_namespaces
mkfifo /tmp/end
"$programs/namespaces" 1023 </tmp/end >/tmp/pids &
exec 3>/tmp/end
all_there() { [ "$(wc -l </tmp/pids)" = 1023 ]; }
wait_until 120 all_there || fail "only $(wc -l </tmp/pids) namespaces"
mapfile -t pids </tmp/pids

container_bundle web /bin/sh -c 'sleep 10000'
container_create web
vkernel_make web "x64 83 EPERM"
vkernel_arm web web && container_start web || fail "cannot start"
price_put one price_container

echo "-- rules on other calls"
for nr in {100..107} {120..147}; do
	for value in {1..20}; do
		echo "x64 $nr EPERM a0==$value a1>$value"
	done
done >/tmp/rules
while read -r rule; do
	echo "$rule" >$vk/rules_add || fail "rule $rule"
done </tmp/rules
for i in {1..200}; do
	echo "bind 10.0.0.$i EPERM" >$vk/object_add || fail "no rule"
done
echo 1 >$vk/commit
price_put rules price_container
# getppid (110) itself has none.
same rules one

echo "open /nowhere EPERM" >$vk/object_add
echo 1 >$vk/commit
price_put rules_file price_container
echo 1 >$vk/reset
echo "open /nowhere EPERM" >$vk/object_add
echo 1 >$vk/commit
price_put file price_container
same rules_file file
price_put host_1 "$programs/price"

echo "-- other vkernels"
others 0 63
price_put vkernels_64 price_container
same vkernels_64 file
others 63 1023
price_put vkernels_1024 price_container
same vkernels_1024 file
price_put host_1024 "$programs/price"
same host_1024 host_1
equal "armed" "$(cat $vkernels/v*/state | grep -c armed)" 1023

echo "-- control: a condition on the call itself does cost"
echo "x64 110 EPERM a0==12345" >$vk/rules_add
echo 1 >$vk/commit
price_put tested price_container
price_extra tested file getppid
[ "$extra" -gt 20 ] || fail "only $extra more"
price_extra file one open_close
[ "$extra" -gt 100 ] || fail "a rule on files: only $extra more"
exec 3>&-
container_remove web
