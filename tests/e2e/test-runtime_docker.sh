#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: docker run gives each container the vkernel of its runtime entry, or of the
# proves: daemon's default, by contrib/'s file, from its program's first call on:
# proves: Docker's own profile as ours; two profiles at a time; docker exec is covered;
# proves: a restart gets a new one; kill and out of memory clean up; the profile of
# proves: contrib/, too, is had for the default; the daemon itself is not touched
# kernels: all-long
# root: engines
# bring: contrib
# mem: 3G
# timeout: 900
# log-allow: Call Trace:
# log-allow: Memory cgroup out of memory

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

engines_prepare
docker_start

# run_with RUNTIME [OPTION...] -- PROGRAM...
run_with()
{
	local runtime=$1 options program
	shift

	split "$@"
	docker run --network none --security-opt seccomp=unconfined \
		--runtime "$runtime" "${options[@]}" image "${program[@]}"
}

echo "-- the program's first system call"
equal "denied" "$(status run_with vkernel --rm -- /bin/firstkey)" $denied
no_vkernel || fail "poststop left $(vkctl ls)"
equal "control: without a vkernel" "$(status run_with runc --rm -- /bin/firstkey)" $allowed
equal "Docker's own profile allows the rest" \
	"$(status run_with vkernel --rm -- /bin/first)" 0
equal "the daemon's default" "$(status docker run --rm --network none \
	--security-opt seccomp=unconfined image /bin/firstkey)" $denied
status run_with vkernel-none --rm -- /bin/true >/tmp/status
[ "$(cat /tmp/status)" != 0 ] || fail "it started without its profile"

echo "-- two profiles at once"
run_with vkernel-web -d --name web -- /bin/again /tmp/again >/dev/null || fail "web does not start"
run_with vkernel -d --name plain -- /bin/again /tmp/again >/dev/null || fail "plain does not start"
equal "vkernels" "$(vkernels_now)" 2
says() { [ "$(docker logs "$1" 2>&1 | tail -n 1)" = "$2" ]; }
wait_until 20 says web EPERM || fail "web: $(docker logs web)"
wait_until 20 says plain made || fail "plain: $(docker logs plain)"
equal "docker exec" "$(docker exec web /bin/call x64 83 /tmp/x 0755)" EPERM
equal "docker exec, a call by no profile" "$(docker exec plain /bin/call x64 248 0 0 0 0 0)" EPERM
equal "docker exec in the other" "$(docker exec plain /bin/call x64 83 /tmp/x 0755)" 0
# What a vkernel counts is what its container has, and no daemon is among it.
for name in web plain; do
	read -r id pid < <(docker inspect -f '{{.Id}} {{.State.Pid}}' $name)
	tasks=$(cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/cgroup.threads")
	grep -qx "$pid" <<<"$tasks" || fail "control: $name's init is not in its group: $tasks"
	grep -qxFf <(pgrep -x 'dockerd|containerd|containerd-shim.*') <<<"$tasks" &&
		fail "a daemon in $name's group: $tasks"
	equal "members of $name" "$(cat "$vkernels/$id/members")" "$(wc -l <<<"$tasks")"
done
equal "the host" "$("$programs/call" x64 248 0 0 0 0 0)" EFAULT

echo "-- a restart"
before=$(cat $vkernels/*/id | sort)
docker restart -t 1 web >/dev/null || fail "cannot restart"
wait_until 20 says web EPERM || fail "web, after its restart: $(docker logs web)"
equal "vkernels" "$(vkernels_now)" 2
equal "one of the ids is new" "$(comm -13 <(echo "$before") <(cat $vkernels/*/id | sort) | wc -l)" 1

echo "-- kill, and out of memory"
docker kill web >/dev/null || fail "cannot kill"
one() { [ "$(vkernels_now)" = 1 ]; }
wait_until 20 one || fail "killed, and still there: $(vkctl ls)"
docker rm -f web plain >/dev/null
wait_until 20 no_vkernel || fail "removed, and still there: $(vkctl ls)"
# The hog is the container's init, so that it is the container that is killed. Why
# it was, the kernel knows: Docker does only where containerd's event of it comes
# before the one of the exit.
killed() { dmesg | grep -c 'Memory cgroup out of memory: Killed process [0-9]* (tail)'; }
equal "control: nothing was out of memory" "$(killed)" 0
run_with vkernel --name hog --memory 8m -- /bin/sh -c 'exec tail /dev/zero' >/tmp/said 2>&1
equal "out of memory" "$? $(killed)" "137 1"
docker rm hog >/dev/null
wait_until 20 no_vkernel || fail "out of memory, and still there: $(vkctl ls)"

echo "-- the profile that is shipped"
cp /vk/contrib/profiles/default.json /etc/vkernel/profiles/default.json
# To read the clock's state takes no right. Docker's own profile allows that, and denies
# add_key().
words="/bin/call x64 159 0; /bin/call x64 248 0 0 0 0 0; /bin/mkdir /tmp/x && echo made"
under() { run_with "$1" --rm -- /bin/sh -c "$words" | paste -sd' '; }
equal "under it" "$(under vkernel)" "EPERM EFAULT made"
equal "control: without" "$(under runc)" "EFAULT EFAULT made"

echo "-- the daemon"
docker_up || fail "dockerd is gone"
docker_stop
engines_unload
