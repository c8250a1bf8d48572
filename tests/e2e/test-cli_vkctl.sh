#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkctl makes, shows, changes, detaches and removes the vkernel of a live
# proves: container, all of it or nothing; as OCI hook and runtime it does so by
# proves: itself, and a container that cannot have its vkernel does not start
# kernels: all-long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

vkctl=/vk/vkctl
mkdir -p /tmp/profiles
cd /tmp/profiles || exit

# Of x64 only: the kernel may lack the others.
cat >web.json <<'END'
{ "syscall": { "rules": [
  { "names": [ "mkdir" ], "action": "EPERM", "abis": [ "x64" ] } ], "io_uring": "as-ruled" } }
END
sed 's/EPERM/EACCES/' web.json >other.json

# fails MESSAGE COMMAND...: with status 1, and this said.
fails()
{
	local message=$1 status=0 output
	shift

	output=$("$@" 2>&1) || status=$?
	[ "$status" = 1 ] || fail "$*: status $status: $output"
	[[ $output == *"$message"* ]] || fail "$*: $output"
	echo "ok: $message"
}

# nothing: no vkernel is there.
nothing()
{
	equal "nothing is left" "$(ls $vkernels) $(ls /run/vkernel 2>/dev/null)" " "
}

outcome()
{
	container_exec web /bin/call "$@"
}

echo "-- before the modules"
fails "vkernel.ko is not loaded" $vkctl ls
fails "bad      vkernel" env TERM=dumb bash -c "mv /lib/modules /lib/none; $vkctl doctor; s=\$?; mv /lib/none /lib/modules; exit \$s"
load_all || fail "modules do not load"
$vkctl doctor || fail "the doctor finds something bad"
equal "the doctor's findings as JSON" "$($vkctl doctor --json | grep -c '"health": "bad"')" 0
equal "it looks at every hook point" "$($vkctl doctor | grep -cE "^good +(configfs_rmdir|proc_sys_call_handler|prb_commit|__vm_enough_memory|enqueue_entity|shmem_setattr|BTF|vkernel_mm) ")" 8
equal "hooks" "$($vkctl hooks --json | grep -c '"owner": "vkernel')" \
	"$(grep -c owner=vkernel /sys/kernel/debug/hookcore/hooks)"

echo "-- all or nothing"
container_bundle web /bin/again /tmp/again
container_create web || fail "cannot create"
pid=$(container_pid web)
fails "there is no such process" $vkctl create --pid 999999 --profile web.json web
nothing
fails "must be the init of a pid namespace" $vkctl create --pid $$ --profile web.json web
nothing
echo '{ "syscall": {}, "sched": {} }' >sched.json
fails "sched.json:1:27: plugin sched: no plugin of that name is loaded" \
	$vkctl create --pid "$pid" --profile sched.json web
nothing
cat >exit.json <<'END'
{ "syscall": { "rules": [
  { "names": [ "mkdir" ], "action": "EPERM", "abis": [ "x64" ] },
  { "names": [ "exit" ], "action": "EPERM", "abis": [ "x64" ] } ] } }
END
fails 'exit.json:3:3: syscall.rules_add "x64 60 1": this call must stay allowed' \
	$vkctl create --pid "$pid" --profile exit.json web
nothing

echo "-- by hand"
$vkctl create web --pid "$pid" --profile web.json || fail "cannot create"
fails "there is a vkernel of that name already" $vkctl create web
equal "ls" "$($vkctl ls | sed 1d | awk '{ print $1, $2, $3, $5 }')" "web armed $pid syscall"
container_start web
equal "denied" "$(outcome x64 83 /x 0755)" EPERM
equal "ls --json" "$($vkctl ls --json | grep -c '"state": "active"')" 1
$vkctl show web | grep -q '^    x64 83 EPERM\|rules *x64 83 EPERM' || fail "show: $($vkctl show web)"
equal "show --json" "$($vkctl show --json web | grep -o '"rules": "x64 83 EPERM' | cut -d '"' -f 4)" "x64 83 EPERM"
$vkctl top --once -d 0.2 | grep -qE '^web +active +[0-9]+\.[0-9] +[0-9]+ +[0-9]+\.[0-9] +[0-9]+' ||
	fail "top: $($vkctl top --once)"
top_calls() { $vkctl top --json --once -d 2 | sed -n 's/.*"CALLS\/S": \([0-9]*\).*/\1/p'; }
[ "$(top_calls)" -ge 5 ] || fail "calls: $($vkctl top --once)"
# Counted only while somebody looks, however he ends.
calls=/sys/kernel/debug/vkernel_syscall/web/calls
$vkctl top -d 0.1 >/dev/null &
sleep 1
kill -KILL $!
wait $!
before=$(cat $calls)
sleep 2
[ $(($(cat $calls) - before)) -le 4 ] || fail "calls are counted that nobody wants to know of"
exec 9<$calls
before=$(cat <&9)
sleep 2
[ $(($(cat $calls) - before)) -ge 10 ] || fail "control: they are not counted at all"
exec 9<&-
echo "-- who has a plugin"
users() { $vkctl doctor | sed -n "s/^good *$1 *loaded//p"; }
refused "in use" rmmod vkernel_syscall
equal "the doctor names who" "$(users vkernel_syscall)" ", in use by web"
equal "of vkernel.ko, too" "$(users vkernel)" ", in use by web"
equal "control: of hookcore nobody" "$(users hookcore)" ""
mkdir $vkernels/more{1..12} $vkernels/more{1..12}/syscall || fail "cannot make more"
equal "not all of many" "$(users vkernel_syscall | sed 's/more[0-9]*/more/g')" \
	", in use by more, more, more, more, more, more, more, more, more, more and 3 more"
# With files for fewer than there are.
few() { (ulimit "$@" -n 10 && $vkctl top --json --once -d 0.2 | grep -c '"CALLS/S"'); }
equal "top shows the calls of all" "$(few -S)" 13
[ "$(few)" -lt 13 ] || fail "control: the limit is none"
rmdir $vkernels/more{1..12}/syscall $vkernels/more{1..12} || fail "cannot remove them"
fails "it is armed" $vkctl rm web
equal "still denied" "$(outcome x64 83 /x 0755)" EPERM
equal "nothing is dead" "$($vkctl gc)" ""

echo "-- changed while it runs"
$vkctl set web "syscall.rules_add=x64 83 EROFS" syscall.commit=1 2>/dev/null ||
	$vkctl set web "syscall.rules_add=x64 83 30" syscall.commit=1 || fail "cannot set"
equal "changed" "$(outcome x64 83 /x 0755)" EROFS
fails 'syscall.rules_add "x64 83 NONSENSE": the plugin that is loaded does not understand' \
	$vkctl set web "syscall.rules_add=x64 83 EACCES" "syscall.rules_add=x64 83 NONSENSE" syscall.commit=1
equal "not changed" "$(outcome x64 83 /x 0755)" EROFS
fails "there is no such file" $vkctl set web syscall.none=1
for rule in "x64 99999 NONSENSE" "x64 99999 EPERM" "x64 0-4294967295 EPERM" \
	"x99 1 EPERM" "x64 83,99999 EPERM"; do
	fails "syscall.rules_add \"$rule\":" timeout 20 $vkctl set web "syscall.rules_add=$rule"
done
status=0
$vkctl set web syscall.default= 2>/dev/null || status=$?
equal "an empty value" "$status" 2
echo "-- what is collected and not committed"
echo "x64 84 EACCES" >$vkernels/web/syscall/rules_add || fail "cannot collect"
fails "there is no such file" $vkctl set web log.quota=x
fails "there is no such file" $vkctl set web log.quota=x "syscall.rules_add=x64 83 EPERM"
fails 'NONSENSE"' $vkctl set web "syscall.rules_add=x64 83 NONSENSE"
echo 1 >$vkernels/web/syscall/commit
equal "is still there when a change is refused" "$(outcome x64 84 /none)" EACCES
equal "and nothing else" "$(outcome x64 83 /x 0755)" EROFS
echo "x64 84 EPERM" >$vkernels/web/syscall/rules_add || fail "cannot collect"
$vkctl set web "syscall.rules_add=x64 83 EPERM" "syscall.rules_add=x64 83 NONSENSE" 2>&1 |
	grep "was collected and not committed before is gone" || fail "lost without a word"
echo "x64 84 default" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
fails "there is no vkernel of that name" $vkctl set none syscall.commit=1
# Not every version of the plugin can begin anew.
if [ -e $vkernels/web/syscall/reset ]; then
	echo 1 >$vkernels/web/syscall/commit
	equal "what was refused is not there with the next commit" "$(outcome x64 83 /x 0755)" EROFS
	$vkctl set --profile other.json web || fail "cannot set a profile"
	equal "another profile" "$(outcome x64 83 /x 0755)" EACCES
fi

echo "-- one change at a time"
exec 8>/run/vkernel/.lock
flock 8 || fail "cannot hold the lock"
for verb in "create late" "set web log.quota=1" "rm web" "detach web" gc; do
	status=0
	# shellcheck disable=SC2086 # words
	timeout 1 $vkctl $verb 8>&- || status=$?
	equal "it waits: $verb" "$status" 124
done
equal "control: what changes nothing does not" "$(timeout 10 $vkctl gc --dry-run 8>&- && echo at once)" "at once"
$vkctl set web "syscall.rules_add=x64 83 EPERM" syscall.commit=1 8>&- &
sleep 1
equal "not yet" "$(outcome x64 83 /x 0755)" EACCES
exec 8>&-
wait $! || fail "it did not go on"
equal "then" "$(outcome x64 83 /x 0755)" EPERM
$vkctl set --profile other.json web || fail "cannot set"

echo "-- more rules than fit into a page"
full=/sys/kernel/debug/vkernel_syscall/web
# 335 must stay allowed where the kernel has it.
for nr in {232..334} {336..401}; do
	echo "x64 $nr EROFS a5==0x123456789abc$nr" >$vkernels/web/syscall/rules_add || fail "rule $nr"
	echo "open /no/such/file/anywhere/$nr EACCES" >$vkernels/web/syscall/object_add || fail "object $nr"
done
echo 1 >$vkernels/web/syscall/commit
cat $full/rules $full/objects >/tmp/before
equal "control: neither fits" "$(cat $vkernels/web/syscall/{rules,objects} | grep -c '^# and [0-9]* more')" 2
equal "they are" "$(grep -c 'EROFS a5\|/anywhere/' /tmp/before)" $((2 * 169))
fails 'does not understand' $vkctl set web "syscall.rules_add=x64 83 EPERM" \
	syscall.commit=1 "syscall.rules_add=x64 83 NONSENSE"
cat $full/rules $full/objects | cmp - /tmp/before || fail "undone, but not all"
fails 'does not understand' $vkctl set web "syscall.rules_add=x64 83 EPERM" \
	"syscall.rules_add=x64 83 NONSENSE"
echo 1 >$vkernels/web/syscall/commit
cat $full/rules $full/objects | cmp - /tmp/before || fail "staged anew, but not all"
umount /sys/kernel/debug
fails "web: its rules are more than fit into a page, and could not be put back" \
	$vkctl set web "syscall.rules_add=x64 83 EPERM" syscall.commit=1 "syscall.rules_add=x64 83 NONSENSE"
fails "its rules are more than fit into a page" $vkctl set --profile other.json web
fails "there is no such file" $vkctl set web log.quota=x
mount -t debugfs debugfs /sys/kernel/debug
echo 1 >$vkernels/web/syscall/commit
cat $full/rules $full/objects | cmp - /tmp/before || fail "changed, and not known in full"
$vkctl set --profile other.json web || fail "cannot set the profile again"

if [ -e $vkernels/web/syscall/denials ]; then
	$vkctl log web | grep -q ' x64  mkdir(.*) EACCES (x64 83 EACCES)$' || fail "log: $($vkctl log web | head -n 3)"
	equal "log --json" "$($vkctl log --json web | grep -m1 -o '"call": "mkdir"')" '"call": "mkdir"'
else
	fails "keep no list of denials" $vkctl log web
fi
fails "a container runs in it" $vkctl detach web
$vkctl detach --force web || fail "cannot detach"
equal "the host's" "$(outcome x64 83 /tmp/y 0755)" 0
exec 9<$calls
$vkctl rm web || fail "cannot remove"
equal "nobody has the plugin any more" "$(users vkernel_syscall)" ""
! cat <&9 >/dev/null 2>&1 || fail "calls of a vkernel that is gone"
exec 9<&-
nothing

echo "-- a container that runs already"
denied()
{
	[ "$(container_output web | tail -n 1)" = EPERM ]
}
denied && fail "control: its program is judged without a vkernel"
$vkctl create --pid "$pid" --adopt --profile web.json web || fail "cannot adopt"
wait_until 10 denied || fail "its program is not judged"
echo '{ "sched": {} }' >only.json
fails "only.json:1:12: plugin sched: no plugin of that name is loaded" $vkctl set --profile only.json web
denied || fail "a refused change has changed something"
for name in log mm; do
	modprobe vkernel_$name || fail "vkernel_$name does not load"
done
log_and_mm()
{
	(cd $vkernels/web && cat log/{mode,quota,quota_rate,dmesg_restrict} \
		mm/{overcommit_memory,overcommit_kbytes,overcommit_ratio,max_map_count,thp_enabled,thp_defrag,thp_sizes,writable} | tr '\n' ' ')
}
echo "-- a section that is refused when its plugin is busy already"
cat >busy.json <<'END'
{ "log": { "mode": "all", "quota": 65536 },
  "mm": { "overcommit_memory": "2", "overcommit_kbytes": 100000, "thp_enabled": "never", "writable": true } }
END
# Some time passes until the kernel holds a directory that is new.
mapfile -t long < <(yes mm.max_map_count=999 | head -n 20000)
fails "the file does not take this value" $vkctl set --profile busy.json web "${long[@]}" mm.overcommit_memory=9
[ -d $vkernels/web/log ] && [ -d $vkernels/web/mm ] || fail "control: it was not busy"
equal "nothing of it is in force" "$(log_and_mm)" "own 16384 256 1 inherit 0 50 0 inherit inherit inherit 0 "
denied || fail "its rules are not what they were"
$vkctl detach --force web && $vkctl rm web || fail "cannot remove"

echo "-- the sections log and mm"
cat >both.json <<'END'
{ "log": { "mode": "all", "quota": 65536, "dmesg_restrict": false },
  "mm": { "overcommit_memory": "2", "overcommit_kbytes": 200000, "max_map_count": 999, "thp_enabled": "madvise",
  "thp_defrag": "defer+madvise", "writable": true } }
END
echo '{ "log": { "quota_rate": 77 }, "mm": { "overcommit_kbytes": 100000 } }' >less.json
$vkctl create web --pid "$pid" --profile both.json || fail "cannot create"
equal "what the profile says" "$(log_and_mm)" "all 65536 256 0 2 200000 50 999 madvise defer+madvise inherit 1 "
equal "in the container" "$(container_exec web /bin/busybox cat /proc/sys/vm/max_map_count)" 999
fails "the file does not take this value" $vkctl set web log.quota=77 mm.overcommit_memory=9
equal "a change that is refused changes nothing" "$(log_and_mm)" "all 65536 256 0 2 200000 50 999 madvise defer+madvise inherit 1 "
fails "the file does not take this value" $vkctl set --profile less.json web log.mode=none
equal "nor does such a profile" "$(log_and_mm)" "all 65536 256 0 2 200000 50 999 madvise defer+madvise inherit 1 "
$vkctl top --once -d 0.1 | grep -q COMMITTED_KB || fail "top: $($vkctl top --once)"
$vkctl log --json --all | grep -q '"owner": "-"' || fail "log --all --json: $($vkctl log --json --all)"
$vkctl log --all | grep -q '^- ' || fail "log --all"
equal "log --json shows the log, not denials" "$($vkctl log --json web | tr -d ' \n')" "[]"
$vkctl set web --profile less.json || fail "cannot set"
equal "another profile leaves nothing of it" "$(log_and_mm)" "own 16384 77 1 inherit 100000 50 0 inherit inherit inherit 0 "
echo "-- the section sched: the control group of the container's init"
$vkctl top --once -d 0.1 | grep -q QUEUED && fail "control: QUEUED without the module"
modprobe vkernel_sched || fail "vkernel_sched does not load"
group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
echo +cpu >"${group%/*}/cgroup.subtree_control"
echo '{ "sched": { "real_policy": "fifo" } }' >fifo.json
equal "control: at first" "$(cat "$group/cpu.real_policy")" 0
fails "the file does not take this value" $vkctl set --profile fifo.json web sched.real_policy=best
equal "a change that is refused is undone" "$(cat "$group/cpu.real_policy"{,.held} | paste -sd' ')" "0 0"
queued()
{
	$vkctl top --json --once -d 0.1 | sed -n 's/.*"QUEUED": \([0-9]*\).*/\1/p'
}
# They are kept for a while when a group is NORMAL again.
no_lists() { ! grep -q ^cpu "$group/cpu.real_policy.stat"; }
wait_until 10 no_lists || fail "lists are left"
container_exec --detach web /bin/sh -c 'for i in 1 2 3 4 5; do while :; do :; done & done; wait'
equal "control: the kernel's own policy has no such queue" "$(queued)" ""
$vkctl set web sched.real_policy=fifo || fail "cannot set"
refused "in use" rmmod vkernel_sched
equal "the doctor names whose policy it is" "$(users vkernel_sched)" ", in use by web"
three() { [ "$(queued)" -ge 3 ]; }
wait_until 20 three || fail "five want to run, and queued are $(queued)"
grep -vx "$pid" "$group/cgroup.procs" | xargs kill -KILL
none() { [ "$(queued)" = 0 ]; }
wait_until 20 none || fail "nobody is left, and queued are $(queued)"
$vkctl set web sched.real_policy=normal || fail "cannot set"
mkdir "$group/below" && echo +cpu >"$group/cgroup.subtree_control" || fail "no group below"
policies()
{
	cat "$group"{,/below}/cpu.real_policy | tr '\n' ' '
}
$vkctl set web sched.real_policy=adaptive || fail "cannot set"
equal "set, and in the group below" "$(policies)" "2 2 "
$vkctl detach --force web || fail "cannot detach"
equal "detached: back" "$(policies)" "0 0 "
rmmod vkernel_sched && modprobe vkernel_sched || fail "detached, and it is still held"
$vkctl rm web || fail "cannot remove"
fails "of which --pid" $vkctl create --profile fifo.json web
echo 2 >"$group/cpu.real_policy"
$vkctl create web --pid "$pid" --profile fifo.json || fail "cannot create"
equal "by a profile" "$(policies)" "1 1 "
$vkctl set web sched.real_policy=normal || fail "cannot set"
equal "set again" "$(policies)" "0 0 "
$vkctl set web sched.real_policy=fifo || fail "cannot set"
echo 2 >"$group/below/cpu.real_policy"
$vkctl detach --force web && $vkctl rm web || fail "cannot remove"
equal "back to what it had, but what others changed" "$(policies)" "2 2 "
echo 0 >"$group/cpu.real_policy"
echo -cpu >"$group/cgroup.subtree_control" && rmdir "$group/below"

echo "-- gc"
container_remove web
container_bundle web /bin/again /tmp/again
container_create web
$vkctl create --pid "$(container_pid web)" --profile web.json web || fail "cannot create again"
$vkctl create spare || fail "cannot create an unarmed one"
container_start web
container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
equal "gc --dry-run" "$($vkctl gc --dry-run)" web
equal "gc --json" "$($vkctl gc --json --dry-run | tr -d ' \n')" '["web"]'
equal "gc" "$($vkctl gc)" web
equal "the unarmed one stays" "$(ls $vkernels)" spare
$vkctl rm spare

echo "-- the runtime, from the program's first call on"
ln -sf $vkctl /tmp/vkernel-runc
wrap()
{
	/tmp/vkernel-runc --vkernel-runtime=crun "$@"
}

# wrap_create NAME PROFILE: a container that is not started yet.
wrap_create()
{
	wrap "--vkernel-profile=$2" --cgroup-manager=cgroupfs create --bundle "$bundles/$1" \
		--pid-file "$bundles/$1/pid" "$1" >"$bundles/$1/output" 2>&1 </dev/null ||
		fail "cannot create: $(cat "$bundles/$1/output")"
}

# run_in NAME [OPTION...]: a container whose program is "first".
run_in()
{
	local name=$1
	shift

	rm -rf "$bundles/$name/rootfs/made-by-first"
	wrap "$@" --cgroup-manager=cgroupfs run --bundle "$bundles/$name" "$name" 2>/tmp/said
}

container_bundle one /bin/first
run_in one --vkernel-profile=/tmp/profiles/web.json
equal "first ended with EPERM" "$?" 1
[ ! -d $bundles/one/rootfs/made-by-first ] || fail "the first call was not judged"
nothing
mkdir -p /etc/vkernel/profiles
cp other.json /etc/vkernel/profiles/other.json
run_in one --vkernel-default-profile=other
equal "by name; first ended with EACCES" "$?" 13
nothing
run_in one || fail "control: no profile, and yet: $(cat /tmp/said)"
[ -d $bundles/one/rootfs/made-by-first ] || fail "control: first made nothing"

echo "-- annotations"
annotate()
{
	sed -i "s|\"ociVersion\": *\"1.0.0\",|&\"annotations\": { $1 },|" "$bundles/one/config.json"
}
container_bundle one /bin/first
annotate '"org.vkernel.profile": "other"'
run_in one --vkernel-profile=/tmp/profiles/web.json
equal "an annotation comes first" "$?" 13
run_in one --vkernel-profile=/tmp/profiles/web.json --vkernel-fixed
equal "but not with --vkernel-fixed" "$?" 1
container_bundle one /bin/first
annotate '"org.vkernel.syscall.deny": "mkdir"'
run_in one
equal "inline" "$?" 1
nothing

echo "-- the bundle's own seccomp profile, which the engine enforces, too"
container_bundle web /bin/again /tmp/again
denies='{ "names": [ "mkdir" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 17 }'
sed -i "s|\"linux\": {|& \"seccomp\": { \"defaultAction\": \"SCMP_ACT_ALLOW\", \"architectures\": [ \"SCMP_ARCH_X86_64\" ], \"syscalls\": [ $denies ] },|" \
	$bundles/web/config.json
wrap_create web bundle
equal "in force" "$(grep ' 83 ' $vkernels/web/syscall/rules)" "x64 83 EEXIST"
equal "armed" "$(cat $vkernels/web/state)" armed
wrap --cgroup-manager=cgroupfs delete --force web
wait_until 10 test ! -d $vkernels/web || fail "poststop has not removed it"
nothing

echo "-- no vkernel, no container"
# crun shows what a hook says only to who asks.
container_bundle one /bin/first
annotate '"run.oci.hooks.stderr": "/tmp/hook"'
run_in one --vkernel-profile=none && fail "it started"
grep -q "/etc/vkernel/profiles/none.json: No such file" /tmp/hook || fail "no reason: $(cat /tmp/said /tmp/hook)"
[ ! -d $bundles/one/rootfs/made-by-first ] || fail "its program ran"
run_in one --vkernel-profile=/tmp/profiles/exit.json && fail "it started"
grep -q '"x64 60 1": this call must stay allowed' /tmp/hook || fail "no reason: $(cat /tmp/said /tmp/hook)"
container_bundle one /bin/first
annotate '"run.oci.hooks.stderr": "/tmp/hook", "org.vkernel.profile": "/tmp/profiles/exit.json"'
run_in one && fail "it started"
grep -q 'exit.json:3:3: syscall.rules_add "...": this call must stay allowed' /tmp/hook ||
	fail "named by an annotation: $(cat /tmp/said /tmp/hook)"
nothing
container_bundle one /bin/first
annotate '"org.vkernel.profile": "none", "org.vkernel.on-failure": "ignore"'
run_in one || fail "on-failure=ignore: $(cat /tmp/said)"

echo "-- shared pid namespaces"
# share_pids: of the container one with web.
share_pids()
{
	sed -i "s|\"type\": \"pid\"|&, \"path\": \"/proc/$(container_pid web)/ns/pid\"|" $bundles/one/config.json
}

container_bundle web /bin/again /tmp/again
wrap_create web /tmp/profiles/web.json
container_start web
# One that joins has a control group of its own.
(printf '{ "sched": { "real_policy": "fifo" },' && sed '1s/{//' web.json) >fifo_web.json
policy_of()
{
	cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(container_pid "$1")/cgroup")/cpu.real_policy"
}
container_bundle one /bin/again /tmp/again
share_pids
wrap_create one /tmp/profiles/fifo_web.json
equal "its group's policy, and the first one's" "$(policy_of one) $(policy_of web)" "1 0"
wrap --cgroup-manager=cgroupfs delete --force one
wait_until 10 test ! -e /run/vkernel/.policy-one || fail "what its group had is still remembered"
container_bundle one /bin/first
annotate '"run.oci.hooks.stderr": "/tmp/hook"'
share_pids
run_in one --vkernel-profile=/tmp/profiles/web.json
equal "the same profile joins" "$?" 1
run_in one --vkernel-profile=/tmp/profiles/other.json && fail "it started"
grep -q "shares the pid namespace of vkernel web, which has another profile" /tmp/hook ||
	fail "no reason: $(cat /tmp/said /tmp/hook)"
echo "x64 83 default" >$vkernels/web/syscall/rules_add
echo 1 >$vkernels/web/syscall/commit
run_in one --vkernel-profile=/tmp/profiles/web.json && fail "it joined what was loosened by hand"
grep -q "which has another profile" /tmp/hook || fail "no reason: $(cat /tmp/said /tmp/hook)"
$vkctl set web "syscall.rules_add=x64 83 EPERM" syscall.commit=1 || fail "cannot set"
run_in one --vkernel-profile=/tmp/profiles/web.json
equal "as it was, it can be joined" "$?" 1
equal "the first one's stays" "$($vkctl ls | sed 1d | awk '{ print $1, $2 }')" "web active"
wrap --cgroup-manager=cgroupfs delete --force web
wait_until 10 test ! -d $vkernels/web || fail "poststop has not removed it"
nothing
container_bundle one /bin/first
annotate '"run.oci.hooks.stderr": "/tmp/hook"'
sed -i 's|{ "type": "pid" },||' $bundles/one/config.json
run_in one --vkernel-profile=/tmp/profiles/web.json && fail "it started"
grep -q "in the host's pid namespace, which cannot have a vkernel" /tmp/hook || fail "no reason: $(cat /tmp/said /tmp/hook)"
run_in one --vkernel-default-profile=/tmp/profiles/web.json || fail "a default: $(cat /tmp/said)"
nothing

echo "-- whose a vkernel is"
container_bundle one /bin/first
annotate '"run.oci.hooks.stderr": "/tmp/hook"'
$vkctl create --profile web.json one || fail "cannot create"
run_in one --vkernel-profile=/tmp/profiles/web.json && fail "it took somebody's"
grep -q "there is a vkernel of that name already" /tmp/hook || fail "no reason: $(cat /tmp/hook)"
run_in one || fail "no profile: $(cat /tmp/said)"
equal "neither a hook nor gc removes what is made by hand" "$(ls $vkernels)$($vkctl gc)" one
# As a hook leaves it that was killed.
echo /some/bundle >/run/vkernel/one
equal "gc, of one that a hook has left" "$($vkctl gc --dry-run)" one
equal "control: not while the hook runs" "$(flock /run/vkernel/one $vkctl gc)" ""
: >/run/vkernel/one
equal "nor while nothing is written in it yet" "$($vkctl gc)" ""
echo /some/bundle >/run/vkernel/one
run_in one --vkernel-profile=/tmp/profiles/web.json
equal "it does not stand in the way" "$?" 1
nothing

unload_all || fail "cannot unload"
