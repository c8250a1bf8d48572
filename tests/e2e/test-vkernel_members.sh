#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a vkernel counts its tasks; takes in, when told to, those that ran
# proves: before it was armed, but nobody else's, nor who shares his memory with one
# proves: outside, who would be judged by nobody when it is dead; gets and uses a
# proves: plugin while its container runs, whose module may have come after
# proves: it, and goes when no vkernel has it; is switched off at once under
# proves: hundreds of running tasks; and has given memory back when it is dead
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web

last_output()
{
	container_output web | tail -n 1
}

says()
{
	[ "$(last_output)" = "$1" ]
}

echo "-- a container that runs already"
container_bundle web /bin/again /tmp/again
container_create web
container_start web
wait_until 10 says made || fail "it does not run"
mkdir $vk || fail "cannot make a vkernel"
vkernel_arm web web || fail "cannot arm"
equal "members before" "$(cat $vk/members)" 0
echo 1 >$vk/adopt || fail "cannot adopt"
equal "members" "$(cat $vk/members)" 1
equal "state" "$(cat $vk/state)" active
echo 1 >$vk/adopt || fail "cannot adopt twice"
equal "the host has none of them" "$(container_exec web /bin/call x64 83 /tmp/x 0755)" 0

echo "-- a plugin for a container that runs"
empty=$(cat $vk/memory)
mkdir $vk/syscall || fail "cannot give it the plugin"
[ "$(cat $vk/memory)" -gt "$empty" ] || fail "the plugin takes no memory"
echo "x64 83 EPERM" >$vk/syscall/rules_add
says made || fail "judged before the commit"
echo 1 >$vk/syscall/commit
wait_until 10 says EPERM || fail "a program that was adopted is not judged"
equal "a new one" "$(container_exec web /bin/call x64 83 /tmp/y 0755)" EPERM
refused "in use" rmmod vkernel_syscall

echo "-- plugins come and go while it runs"
refused "No such device" mkdir $vk/log
modprobe vkernel_log && mkdir $vkernels/spare $vkernels/spare/log ||
	fail "no plugin that came later"
refused "in use" rmmod vkernel_log
rmdir $vkernels/spare/log $vkernels/spare && rmmod vkernel_log ||
	fail "cannot unload what nobody has"
equal "it is judged as before" "$(container_exec web /bin/call x64 83 /tmp/y 0755)" EPERM
modprobe vkernel_log && mkdir $vk/log || fail "cannot give it one that came back"
equal "it works" "$(cat $vk/log/mode)" own
refused "in use" rmmod vkernel_log

echo "-- hundreds of tasks, and it is switched off"
# shellcheck disable=SC2016 # for the shell of the container
container_exec --detach web /bin/sh -c 'sleep 1000 & i=0
while [ $((i += 1)) -le 100 ]; do again /tmp/w$i 0 >>/tmp/many & done; wait'
# In the midst of its execve a task cannot be adopted, and among a hundred that all
# want to run that may take long.
hundred() { [ "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -cx again)" -ge 100 ]; }
wait_until 60 hundred || fail "only $(cat $vk/members) members"
[ "$(cat $vk/members)" -ge 102 ] || fail "only $(cat $vk/members) members"
tasks=$(cat $vk/members)
sleep 1
echo 0 >$vk/pid || fail "cannot switch it off"
equal "state" "$(cat $vk/state)" created
equal "members" "$(cat $vk/members)" 0
wait_until 10 says made || fail "still judged"
echo "ok: $tasks tasks were switched off"
vkernel_arm web web || fail "cannot arm again"
echo 1 >$vk/adopt || fail "cannot adopt again"
[ "$(cat $vk/members)" -ge "$tasks" ] || fail "only $(cat $vk/members) adopted"
wait_until 10 says EPERM || fail "not judged again"

echo "-- another one's tasks are not taken in"
container_bundle other /bin/sh -c 'sleep 1000'
container_create other
vkernel_make other "x64 84 EPERM"
vkernel_arm other other
container_start other
wait_until 10 vkernel_is other active || fail "not active"
before=$(cat $vkernels/other/members)
echo 1 >$vk/adopt
equal "the other one's members" "$(cat $vkernels/other/members)" "$before"
container_remove other
vkernel_remove other

echo "-- who shares memory with one outside is left to that one's vkernel"
container_bundle other /bin/again /tmp/again 100000 shared
container_create other
vkernel_make other "x64 83 EROFS"
vkernel_arm other other
container_start other
wait_until 10 nested_exists || fail "no nested namespace"
other_says() { [ "$(container_output other | paste -sd' ')" = EROFS ]; }
wait_until 10 other_says || fail "not judged: $(container_output other)"
mkdir $vkernels/inner
nested_init >$vkernels/inner/pid || fail "cannot arm the inner one"
refused "busy" put 1 $vkernels/inner/adopt
equal "members of the inner one" "$(cat $vkernels/inner/members)" 0
equal "members of the outer one" "$(cat $vkernels/other/members)" 2
nested_init | xargs kill -KILL
wait_until 10 vkernel_is inner dead || fail "not dead"
sleep 1
other_says || fail "not judged any more: $(container_output other)"
rmdir $vkernels/inner || fail "cannot remove the inner one"
container_remove other
vkernel_remove other

echo "-- the end"
alive=$(cat $vk/memory)
container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
equal "members of a dead one" "$(cat $vk/members)" 0
[ "$(cat $vk/memory)" -lt "$alive" ] || fail "it keeps $alive bytes"
echo "memory: $alive bytes alive, $(cat $vk/memory) dead"
rmdir $vk/log && vkernel_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
