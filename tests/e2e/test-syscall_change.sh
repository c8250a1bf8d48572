#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: rules can be changed without a pause while a container's four threads
# proves: make calls without a pause: each call is decided by old rules or new
# smp: 4
# append: preempt=full

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

seconds=12

load_all || fail "modules do not load"
vk=$vkernels/web/syscall
# It is pid 1 of its namespace: it has no parent there.
container_bundle web /bin/hammer 4 $seconds
container_create web
vkernel_make web
vkernel_arm web web && container_start web || fail "cannot start"

commits=0
until container_ended web; do
	for rule in "x64 110 EPERM" "x64 110 default" "x64 110 trap" \
		"x64 110 EPERM a5!=12345" "x64 110 log"; do
		# The last one but one has come to stay, but for a reset.
		[ "$rule" != "x64 110 log" ] || echo 1 >$vk/reset
		echo "$rule" >$vk/rules_add
		echo 1 >$vk/commit
		commits=$((commits + 1))
	done
	echo 1 >$vk/reset
	echo 1 >$vk/commit
done
container_output web
read -r _ allowed _ denied _ trapped _ other < <(container_output web)
equal "answers that nobody gave" "$other" 0
[ "$allowed" -gt 100 ] && [ "$denied" -gt 100 ] && [ "$trapped" -gt 100 ] ||
	fail "not all rules were met"
[ $commits -ge 5 ] || fail "only $commits commits"
# What was trapped and what was denied, and nothing else.
counted=$(cat $vk/denied)
[ "$counted" -ge $((denied + trapped)) ] || fail "only $counted counted"
echo "$commits commits"

container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web && unload_all || fail "cannot unload"
