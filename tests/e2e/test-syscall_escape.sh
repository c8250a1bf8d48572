#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a denied call stays denied in a 32-bit program by sysenter, under a
# proves: number that a tracer or a seccomp filter puts in, when it is started
# proves: again (one that was asleep goes on) or comes from a signal frame, in children of vfork and clone, by
# proves: io_uring, in a namespace that is joined; and a profile stops the calls that Dirty COW needs
# kernels: all
# append: syscall.x32=y
# cpu: max,la57=off,vendor=GenuineIntel

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# AMD's have no sysenter in long mode.
grep -q GenuineIntel /proc/cpuinfo || fail "not the CPU that was asked for"
load_all || fail "modules do not load"
vk=$vkernels/web

ways()
{
	local way

	container_exec web /bin/escape /tmp
	container_exec web /bin/call x32 83 /tmp/x32 0755 | sed 's/^0$/made/; s/^/x32 /'
	for way in vsyscall sysenter int80; do
		result=$(container_exec web /bin/compat $way /tmp/$way 2>&1)
		[ -n "$result" ] || result=illegal
		echo "$way ${result/#1/EPERM}"
	done
	rm -rf "$bundles"/web/rootfs/tmp/*
}

all="ptrace seccomp restart sigreturn vfork clone uring setns x32 vsyscall sysenter int80"

# results RESULT: what all ways should come to.
results()
{
	local way

	for way in $all; do
		echo "$way $1"
	done
}

container_bundle web /bin/again /tmp/again
container_create web
container_start web || fail "cannot start"

echo "-- control: without a vkernel they all do it"
without=$(ways)
echo "$without"
equal "made" "$without" "$(results made)"

echo "-- with one, none does"
mkdir $vk && vkernel_arm web web && mkdir $vk/syscall || fail "cannot arm"
echo 1 >$vk/adopt
for rule in "x64 83 EPERM" "x64 258 EPERM" "ia32 39 EPERM" "ia32 296 EPERM" \
	"x32 83 EPERM" "x32 258 EPERM"; do
	echo "$rule" >$vk/syscall/rules_add || fail "$rule"
done
echo 1 >$vk/syscall/commit
equal "denied" "$(ways)" "$(results EPERM)"

echo "-- a call that goes on behind a stop, denied meanwhile"
echo 1 >$vk/syscall/reset
echo 1 >$vk/syscall/commit
container_exec --detach --pid-file /tmp/slow.pid web /bin/sh -c \
	'escape slow >/tmp/slow' >/dev/null || fail "cannot start"
slow() { pgrep -f '^escape slow' | head -n 1; }
asleep() { grep -q "^$1 " "/proc/$(slow)/syscall" 2>/dev/null; }
wait_until 20 asleep 230 || wait_until 1 asleep 35 || fail "not asleep"
pid=$(slow)
for rule in "x64 35 EPERM" "x64 219 EPERM" "x64 230 EPERM"; do
	echo "$rule" >$vk/syscall/rules_add 2>/dev/null || [ "$rule" = "x64 219 EPERM" ] || fail "$rule"
done
echo 1 >$vk/syscall/commit
kill -STOP "$pid"
stopped() { grep -q '^State:.T' "/proc/$pid/status"; }
wait_until 10 stopped || fail "not stopped"
kill -CONT "$pid"
wait_until 10 asleep 219 || fail "not restarted: $(cat /proc/"$pid"/syscall)"
kill -USR1 "$pid"
slept() { [ -s $bundles/web/rootfs/tmp/slow ]; }
wait_until 20 slept || fail "no end"
equal "it went on, and the next one is denied" "$(cat $bundles/web/rootfs/tmp/slow)" \
	$'slept EINTR\nagain EPERM'
rm $bundles/web/rootfs/tmp/slow

# ring COMMAND...: what comes to who has made a ring before the command.
ring()
{
	rm -rf $bundles/web/rootfs/tmp/*
	container_exec --detach web /bin/sh -c 'escape ring >/tmp/said' >/dev/null ||
		fail "cannot start"
	said_ready() { grep -q ready "$bundles/web/rootfs/tmp/said"; }
	wait_until 20 said_ready || fail "no ring"
	"$@" || fail "$*"
	touch $bundles/web/rootfs/tmp/go
	said_more() { grep "^ring " "$bundles/web/rootfs/tmp/said"; }
	wait_until 20 said_more >/dev/null || fail "no end"
	said_more
}

echo "-- a ring of before"
echo 1 >$vk/syscall/reset
echo 1 >$vk/syscall/commit
equal "control" "$(ring true)" "ring made"
for rule in "x64 83 EPERM" "x64 258 EPERM" "x64 425-427 EPERM"; do
	echo "$rule" >$vk/syscall/rules_add || fail "$rule"
done
equal "denied meanwhile" "$(ring put 1 $vk/syscall/commit)" "ring EPERM"
rm -rf $bundles/web/rootfs/tmp/*

echo "-- Dirty COW's calls"
echo 1 >$vk/syscall/reset
echo 1 >$vk/syscall/commit
echo their >$bundles/web/rootfs/tmp/file
equal "no rule" "$(container_exec web /bin/dirtycow /tmp/file)" ran
cat >/tmp/profile.json <<-JSON
{ "syscall": { "default": "allow", "rules": [
  { "names": ["madvise"], "action": "EPERM",
    "args": [ { "index": 1, "value": 0, "op": "SCMP_CMP_GT" },
              { "index": 2, "value": 4, "op": "SCMP_CMP_EQ" } ] }
] } }
JSON
/vk/vkctl set --profile /tmp/profile.json web || fail "cannot set the profile"
equal "a profile" "$(container_exec web /bin/dirtycow /tmp/file)" \
	"stopped: madvise EPERM"
equal "what else is asked of madvise" "$(container_exec web /bin/call x64 28 0 4096 0)" \
	ENOMEM

container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web && unload_all || fail "cannot unload"
