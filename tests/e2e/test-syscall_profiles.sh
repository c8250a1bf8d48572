#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: under Docker's and under Podman's default profile each call of the
# proves: kernel's, by all three doors, is decided as by the filter that libseccomp
# proves: makes of it, but for numbers past the table, io_uring, and ipc with a
# proves: version; so it is under five generated ones
# kernels: all-long
# bring: profiles
# append: syscall.x32=y audit=0
# timeout: 900

# shellcheck source=tests/e2e/decide.sh
. "$(dirname "$0")/decide.sh"

profiles=/vk/profiles
decide_begin

never="x64:15 x64:60 x64:219 x64:231"
! grep -q ' __x64_sys_uretprobe$' /proc/kallsyms || never+=" x64:335"
never+=" ia32:0 ia32:1 ia32:119 ia32:173 ia32:252 x32:60 x32:219 x32:231 x32:513"

for name in docker podman; do
	decide_same $profiles/$name.json $profiles/$name.bpf 16
	cat $decide_result
	equal "$name: never denied" "$(sed -n 's/^never denied: //p' $decide_result)" "$never"
	equal "$name: all were made" "$(decided "not made")" 0
	[ "$(decided allowed)" -gt 10000 ] && [ "$(decided returned)" -gt 5000 ] ||
		fail "$name: all the same?"
	equal "$name: past the table" "$(decided "past the table")" $((16 * 3 * 3))
	equal "$name: io_uring" "$(decided io_uring)" \
		$((16 * 3 * $(grep -c 'warning.*io_uring is denied' /tmp/said)))
done

echo "-- with capabilities"
mapfile -t caps < <(sed 's/^/--cap=/' $profiles/caps)
for name in docker podman; do
	cmp -s $profiles/$name.bpf $profiles/$name.caps.bpf && fail "$name: they make no difference"
	decide_same $profiles/$name.json $profiles/$name.caps.bpf 4 "${caps[@]}"
	cat $decide_result
done
decide $profiles/docker.json $profiles/docker.bpf 2 "${caps[@]}" && fail "control: not noticed"

echo "-- generated"
for i in 0 1 2 3 4; do
	decide_same $profiles/generated/$i.json $profiles/generated/$i.bpf 4 --cap CAP_A
	cat $decide_result
done

echo "-- control: one call is another"
sed 's/"getppid"/"getpid"/' $profiles/docker.json >/tmp/changed.json
decide /tmp/changed.json $profiles/docker.bpf 2 && fail "not noticed"
grep -q '^\(x64 110\|ia32 64\|x32 110\)(' $decide_result ||
	{ cat $decide_result /tmp/said; fail "no difference is no control"; }
decide_end
