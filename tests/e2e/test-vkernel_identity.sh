#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a program is judged by its container's vkernel from its first
# proves: instruction on, with all its descendants and whatever way it came in;
# proves: the runtime's set-up, other containers and the host are not
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# Everything that crun itself does in the container, besides mkdir.
set_up_rules=("x64 83 EPERM" "x64 126 EPERM" "x64 155 EPERM" "x64 161 EPERM"
	"x64 165 EPERM" "x64 170 EPERM" "x64 308 EPERM")

load_all || fail "modules do not load"

echo "-- the program's first system call"
container_bundle web /bin/first
container_create web || fail "cannot create"
vkernel_make web "${set_up_rules[@]}" || fail "cannot make the vkernel"
vkernel_arm web web || fail "cannot arm"
equal "armed before the program starts" "$(cat $vkernels/web/state)" armed
container_start web || fail "the runtime's set-up was judged"
container_wait web
[ -d $bundles/web/rootfs/made-by-first ] && fail "the first call was not judged"
equal "calls denied" "$(cat $vkernels/web/syscall/denied)" 1
container_remove web
vkernel_remove web || fail "cannot remove"
# Control: the same program makes it where nobody denies it.
container_run web
[ -d $bundles/web/rootfs/made-by-first ] || fail "control: first made nothing"

echo "-- descendants"
container_bundle web /bin/family /tmp
container_create web
vkernel_make web "x64 83 EPERM"
vkernel_arm web web
container_start web
container_wait web
want=$(printf '%s EPERM\n' self thread fork vfork clone3 exec namespace \
	namespace-exec setns)
equal "all descendants are judged" "$(container_output web)" "$want"
container_remove web
vkernel_remove web
equal "control: without a vkernel none is" "$(container_run web)" \
	"${want//EPERM/made}"

echo "-- who comes in from outside, and who stays out"
container_bundle web /bin/again /tmp/again
container_bundle plain /bin/again /tmp/again
container_create web
container_create plain
vkernel_make web "${set_up_rules[@]/x64 165 EPERM/x64 258 EPERM}"
vkernel_arm web web
container_start web
container_start plain
try=(/bin/call x64 83 /tmp/try 0755)
equal "exec into it" "$(container_exec web "${try[@]}")" EPERM
equal "exec into the other" "$(container_exec plain "${try[@]}")" 0
enter() { nsenter --target "$(container_pid web)" "$@"; }
equal "nsenter with its pid namespace" \
	"$(enter --pid --mount "${try[@]}")" EPERM
equal "nsenter without: still the host's" \
	"$(enter --mount "${try[@]}")" 0
equal "the host" "$("$programs/call" x64 83 /tmp/host 0755)" 0
equal "the other container" "$(container_output plain)" made
equal "state" "$(cat $vkernels/web/state)" active

echo "-- a running program, when its vkernel is taken away and comes back"
equal "before" "$(container_output web)" EPERM
first_id=$(cat $vkernels/web/id)
echo 0 >$vkernels/web/pid || fail "cannot detach"
equal "state" "$(cat $vkernels/web/state)" created
sleep 1
equal "after" "$(container_output web)" $'EPERM\nmade'
vkernel_arm web web || fail "cannot arm again"
[ "$(cat $vkernels/web/id)" != "$first_id" ] || fail "the id came back"
sleep 1
equal "an old program is not bound to a new id" "$(container_output web)" \
	$'EPERM\nmade'
equal "a new one is" "$(container_exec web /bin/call x64 83 /tmp/new 0755)" EPERM

echo "-- after a reload of the modules"
echo 0 >$vkernels/web/pid
vkernel_remove web
unload_all || fail "cannot unload"
load_all || fail "cannot load again"
vkernel_make other "x64 83 EPERM" "x64 84 EPERM"
vkernel_arm other plain
[ "$(cat $vkernels/other/id)" -gt "$first_id" ] || fail "ids start again"
sleep 1
equal "a stamp of the earlier life binds nobody" "$(container_output web)" \
	$'EPERM\nmade'
container_remove web
container_remove plain
equal "state" "$(cat $vkernels/other/state)" dead
vkernel_remove other

echo "-- new namespaces after all that"
for _ in {1..20}; do
	outcome=$(unshare --pid --fork "$programs/call" x64 83 /tmp/new 0755)
	rmdir /tmp/new
	[ "$outcome" = 0 ] || fail "a new namespace is not clean: $outcome"
done

unload_all || fail "cannot unload"
