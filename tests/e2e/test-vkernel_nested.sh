#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a vkernel inside another one only narrows, whichever was armed first,
# proves: and switching it off is no way out of the outer one

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"

# The nested program waits for its vkernel, then says what it may do.
inner='while [ ! -e /go ]; do sleep 0.1; done
call x64 83 /tmp/a 0755; call x64 84 /tmp/b'
container_bundle web /bin/sh -c "mkdir /tmp/b; unshare -p -f sh -c '$inner'
call x64 84 /tmp/b"

# try ORDER: arm both, outer or inner first.
try()
{
	container_create web || fail "cannot create"
	vkernel_make outer "x64 83 EPERM"
	vkernel_make inner "x64 84 EACCES"
	[ "$1" = inner ] || vkernel_arm outer web || fail "cannot arm"
	container_start web
	wait_until 20 nested_exists || fail "no nested namespace"
	put "$(nested_init)" $vkernels/inner/pid || fail "cannot arm the inner one"
	[ "$1" = outer ] || vkernel_arm outer web || fail "cannot arm"
	refused "busy" put 0 $vkernels/inner/pid
	touch $bundles/web/rootfs/go
	container_wait web
}

finish()
{
	container_remove web
	equal "both dead" "$(cat $vkernels/{outer,inner}/state | uniq)" dead
	vkernel_remove inner
	vkernel_remove outer
	rm -rf "$bundles"/web/rootfs/{go,tmp/*}
}

try outer
mapfile -t lines <"$bundles/web/output"
# Its own mkdir, before the rest, is denied by the outer one already.
equal "inner: what the outer one denies" "${lines[1]}" EPERM
equal "inner: what it denies itself" "${lines[2]}" EACCES
equal "outer: not what the inner one denies" "${lines[3]}" ENOENT
equal "denied by outer" "$(cat $vkernels/outer/syscall/denied)" 2
equal "denied by inner" "$(cat $vkernels/inner/syscall/denied)" 1
finish

try inner
mapfile -t lines <"$bundles/web/output"
equal "armed later: what the outer one denies" "${lines[0]}" EPERM
equal "armed later: what it denies itself" "${lines[1]}" EACCES
finish

# Control: with only the inner one armed, mkdir is allowed.
container_create web
vkernel_make inner "x64 84 EACCES"
container_start web
wait_until 20 nested_exists || fail "no nested namespace"
put "$(nested_init)" $vkernels/inner/pid
touch $bundles/web/rootfs/go
container_wait web
mapfile -t lines <"$bundles/web/output"
equal "alone: mkdir" "${lines[0]}" 0
equal "alone: rmdir" "${lines[1]}" EACCES
equal "alone: outside it" "${lines[2]}" 0
container_remove web
vkernel_remove inner

unload_all || fail "cannot unload"
