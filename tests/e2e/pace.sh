#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of syscall_example: the example with a policy, beside two containers.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# sockets DOOR NUMBER [COMMAND...]: what becomes of ten, how often. By number 41 of
# the door x64 a program makes a socket, by 359 of int80.
sockets()
{
	# shellcheck disable=SC2016 # for the shell that makes them
	"${@:3}" /bin/busybox sh -c 'for i in 0 1 2 3 4 5 6 7 8 9; do
		$2 $0 $1 1 1 0; done' "$1" "$2" "$call" |
		sed 's/^[0-9]*$/made/' | sort | uniq -c | tr -s ' ' | paste -sd,
}

load_all || fail "modules do not load"
for name in web other; do
	container_bundle $name /bin/again /tmp/again
	container_create $name
	vkernel_make $name && vkernel_arm $name $name && container_start $name ||
		fail "no vkernel"
done
call=/bin/call
equal "control: sockets" "$(sockets x64 41 container_exec web)" " 10 made"
for words in most=3 nr=41; do
	refused "Invalid argument" modprobe pace vkernel=web $words
	dmesg | tail -n 1 | grep -q "pace: not loaded: parameters nr= and most= are needed" ||
		fail "$words: $(dmesg | tail -n 1)"
done
modprobe pace vkernel=web nr=41 most=3 seconds=36000 || fail "the example does not load"
equal "three are allowed" "$(sockets x64 41 container_exec web)" " 7 EAGAIN, 3 made"
equal "no more" "$(sockets x64 41 container_exec web)" " 10 EAGAIN"
equal "by another door" "$(sockets int80 359 container_exec web)" " 10 made"
equal "in another container" "$(sockets x64 41 container_exec other)" " 10 made"
call=$programs/call
equal "on the host" "$(sockets x64 41)" " 10 made"
call=/bin/call
echo 8 >/sys/module/pace/parameters/most
equal "changed while it runs" "$(sockets x64 41 container_exec web)" " 5 EAGAIN, 5 made"
echo "x64 41 EACCES" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
equal "rules come first" "$(sockets x64 41 container_exec web)" " 10 EACCES"
echo "x64 41 default" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
rmmod pace || fail "cannot unload the example"
equal "without it" "$(sockets x64 41 container_exec web)" " 10 made"
container_end web
container_end other
unload_all || fail "cannot unload"
