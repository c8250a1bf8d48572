#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: rules can be changed without a pause while a container's four threads
# proves: make calls without a pause: each sees the old rules or the new, whole,
# proves: never older ones than before, and no old ones when a commit has returned
# kernels: all-long
# smp: 4
# append: preempt=full

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

vk=$vkernels/web/syscall

# commit_number N [apart]: what the rules of this number are; or call by call.
commit_number()
{
	local rule last=allow

	[ $(($1 % 4)) != 2 ] || last=log
	[ $(($1 % 2)) = 0 ] || last=errno:$1
	for rule in "x64 39 errno:$1" "x64 102 errno:$1" "x64 110 $last"; do
		echo "$rule" >$vk/rules_add || fail "no rule: $rule"
		[ $# = 1 ] || echo 1 >$vk/commit
	done
	[ $# = 2 ] || echo 1 >$vk/commit || fail "no commit"
	printf x >>$bundles/web/rootfs/tmp/commits
}

# hammer SECONDS [apart]: while four threads make calls, whatever they say.
hammer()
{
	local number=0

	# It is pid 1 of its namespace: it has no parent there.
	container_bundle web /bin/hammer 4 "$1" /tmp/commits
	: >$bundles/web/rootfs/tmp/commits
	container_create web
	vkernel_make web
	vkernel_arm web web && container_start web || fail "cannot start"
	until container_ended web; do
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			[ $number = 4000 ] || commit_number $((++number)) "${@:2}"
		done
	done
	container_output web
	read -r _ rounds _ newest _ changed _ wrong < <(container_output web | tail -n 1)
	container_remove web
	wait_until 10 vkernel_is web dead || fail "not dead"
	vkernel_remove web || fail "cannot remove"
	[ "$rounds" -gt 100 ] && [ "$newest" -ge 5 ] && [ "$changed" -gt 0 ] ||
		fail "too little has happened"
}

load_all || fail "modules do not load"

echo "-- control: calls that are committed one by one"
hammer 5 apart
[ "$wrong" -gt 0 ] || fail "not noticed"

echo "-- all at once"
hammer 10
equal "wrong answers" "$wrong" 0
unload_all || fail "cannot unload"
