#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: nonsense written to any file of a vkernel is an error and changes
# proves: nothing; what is in use can be neither removed nor unloaded; a
# proves: container cannot change its own vkernel

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web

echo "-- directories"
mkdir $vk || fail "cannot make a vkernel"
refused "File exists" mkdir $vk
refused "No such device" mkdir $vk/nonsense
refused "No such device" mkdir $vk/vkernel_syscall
mkdir $vk/syscall || fail "cannot give it the plugin"
refused "File exists" mkdir $vk/syscall
refused "Directory not empty" rmdir $vk
refused "Permission denied" touch $vk/file
rmdir $vk/syscall $vk || fail "cannot remove"
vkernel_make web "x64 83 EPERM" "ia32 39 13" || fail "cannot make it again"

# unchanged: what every refusal must leave behind.
before=$(head $vk/{pid,state,id} $vk/syscall/{rules,default,denied})
unchanged()
{
	[ "$(head $vk/{pid,state,id} $vk/syscall/{rules,default,denied})" = "$before" ] ||
		fail "changed by $1"
}

# nonsense FILE ERROR TEXT...
nonsense()
{
	local file=$1 error=$2 text
	shift 2

	for text in "$@"; do
		refused "$error" put "$text" "$vk/$file"
		unchanged "'$text' in $file"
	done
}

echo "-- pid"
container_bundle web /bin/again /tmp/again
container_create web
init=$(container_pid web)
nonsense pid "Invalid argument" x -1 "1 2" 1x 0x0 99999999999 " " "$init,"
nonsense pid "No such process" 4194305 2147483647
dmesg --clear
nonsense pid "Invalid argument" $$ 1
dmesg | grep -q "vkernel: web: the host's pid namespace" ||
	fail "the log does not say why"
echo 0 >$vk/pid || fail "0 is allowed at any time"
unchanged "0"

echo "-- rules"
nonsense syscall/rules_add "Invalid argument" x x64 "x64 83" "x64 83 " \
	"x64  83 EPERM" " x64 83 EPERM" "x64 83 EPERM " "x64 83 EPERM x" \
	"x64 -1 EPERM" "x64 +1 EPERM" "x64 99999 EPERM" "x64 4294967379 EPERM" \
	"x86 83 EPERM" "X64 83 EPERM" "x64 83 eperm" "x64 83 0" "x64 83 4096" \
	"x64 83 errno:" "x64 83 -1" "x64 83 EPERM a6==1" "x64 83 EPERM a0=1" "x64 83 EPERMX" "x64 mkdir EPERM" \
	$'\nx64 83 EPERM' $'x64 83 NONSENSE\nx64 84 EPERM' \
	"$(printf 'x%.0s' {1..5000})"
printf 'x64 84 EPERM\0' >/tmp/zero
refused "Invalid argument" dd if=/tmp/zero of=$vk/syscall/rules_add
nonsense syscall/rules_add "Operation not permitted" "x64 15 EPERM" \
	"x64 60 EPERM" "x64 219 EPERM" "x64 231 EPERM" "x64 231 default" \
	"ia32 0 EPERM" "ia32 1 EPERM" "ia32 119 EPERM" "ia32 173 EPERM" \
	"ia32 252 EPERM" "x32 60 EPERM" "x32 219 EPERM" "x32 231 EPERM" \
	"x32 513 EPERM"
nonsense syscall/default "Invalid argument" x default 0 4096 EPERMX " allow"
nonsense syscall/commit "Invalid argument" 0 2 x 11 " 1"
nonsense syscall/reset "Invalid argument" 0 2 x 11 " 1"
# Nothing of it was staged either.
echo 1 >$vk/syscall/commit
unchanged "a commit"
nonsense adopt "No such process" 1
nonsense adopt "Invalid argument" 0 2 x 11 " 1" $'1\n1'
for file in rules denied ../state ../id ../members ../memory; do
	refused "Permission denied" setpriv --inh-caps=-all --bounding-set=-all \
		sh -c "echo 1 >$vk/syscall/$file"
done

echo "-- a long list"
for nr in {16..59} {61..218} {220..230} {232..400}; do
	echo "x64 $nr EPERM" >$vk/syscall/rules_add
done
echo 1 >$vk/syscall/commit
[ "$(wc -c <$vk/syscall/rules)" -le 4096 ] || fail "more than a page"
shown=$(grep -c EPERM $vk/syscall/rules)
equal "all rules are shown or counted" \
	"$(tail -n 1 $vk/syscall/rules)" "# and $((383 - shown)) more"
for nr in {16..59} {61..218} {220..230} {232..400}; do
	echo "x64 $nr default" >$vk/syscall/rules_add
done
echo "x64 83 EPERM" >$vk/syscall/rules_add
echo 1 >$vk/syscall/commit
unchanged "taking the rules back"

echo "-- while it is armed"
vkernel_arm web web || fail "cannot arm"
container_start web
wait_until 10 vkernel_is web active || fail "not active"
mkdir $vkernels/second
refused "busy" put "$init" $vk/pid
refused "busy" put "$init" $vkernels/second/pid
refused "busy" rmdir $vk
refused "busy" rmdir $vk/syscall
refused "in use" rmmod vkernel_syscall
refused "in use" rmmod vkernel
refused "in use" rmmod hookcore
equal "it still holds" "$(container_exec web /bin/call x64 83 /x 0755)" EPERM
container_exec --detach --pid-file /tmp/other.pid web /bin/again /tmp/y >/dev/null
refused "Invalid argument" put "$(cat /tmp/other.pid)" $vkernels/second/pid
container_bundle late /bin/again /tmp/again
container_create late
container_pid late >$vkernels/second/pid || fail "cannot arm the second"
mkdir $vkernels/second/syscall || fail "cannot give it a plugin while it is armed"
# Rules in force, while a task makes calls without a pause, and gone again.
plucked=0
for _ in {1..8}; do
	container_bundle third /bin/sh -c 'while :; do read -r line </proc/self/stat; done'
	container_create third
	mkdir $vkernels/third && vkernel_arm third third || fail "cannot arm the third"
	container_start third
	plucked=$((plucked + $("$programs/pluck" $vkernels/third 20))) || fail "pluck"
	container_remove third
	wait_until 10 vkernel_is third dead || fail "the third is not dead"
	vkernel_remove third || fail "cannot remove the third"
	[ $plucked -lt 10 ] || break
done
echo "taken back $plucked times"
[ $plucked -gt 0 ] || fail "rules that were in force were never taken back"
cannot_rmdir() { ! rmdir $vkernels/second/syscall 2>/dev/null || mkdir $vkernels/second/syscall; }
wait_until 10 cannot_rmdir
refused "busy" rmdir $vkernels/second/syscall
equal "still armed" "$(cat $vkernels/second/state)" armed
container_remove late
equal "killed before it started" "$(cat $vkernels/second/state)" dead
refused "Invalid argument" put "$init" $vkernels/second/pid
refused "No such process" put 1 $vkernels/second/adopt
rmdir $vkernels/second/syscall || fail "cannot take a dead vkernel's plugin"
refused "Invalid argument" mkdir $vkernels/second/syscall
rmdir $vkernels/second || fail "cannot remove a dead vkernel"

echo "-- from inside"
from_inside='mount -t configfs c /mnt || echo no mount
echo 0 >/mnt/vkernel/web/pid || echo detach
echo "x64 83 allow" >/mnt/vkernel/web/syscall/rules_add || echo rules
echo 1 >/mnt/vkernel/web/syscall/commit || echo commit
echo ENOSYS >/mnt/vkernel/web/syscall/default || echo default
echo 1 >/mnt/vkernel/web/adopt || echo adopt
rmdir /mnt/vkernel/unarmed || echo rmdir
chmod -R 777 /mnt/vkernel
call x64 83 /mnt/vkernel/mine 0755'
mkdir -p $bundles/web/rootfs/mnt
mkdir $vkernels/unarmed
before=$(head -v $vk/{pid,id,state} $vk/syscall/{rules,default})
equal "no file obeys" \
	"$(container_exec web /bin/sh -c "$from_inside" 2>/dev/null | tr '\n' ' ')" \
	"detach rules commit default adopt rmdir EPERM "
[ "$(head -v $vk/{pid,id,state} $vk/syscall/{rules,default})" = "$before" ] ||
	fail "changed from inside"
# Modes it can change, but to nobody's use.
equal "modes" "$(stat -c %a $vk $vk/pid | paste -sd' ')" "777 777"
for try in "echo 0 >$vk/pid" "echo 1 >$vk/syscall/commit" "mkdir $vkernels/mine" \
	"rmdir $vkernels/unarmed" "mkdir $vkernels/unarmed/syscall"; do
	refused "not permitted" setpriv --reuid=65534 --clear-groups bash -c "$try"
done
equal "nor a user of the host" "$(cat $vk/state)" active
# In a user namespace of its own it cannot even be mounted.
refused "permission denied" unshare --user --map-root-user --mount mount -t configfs c /mnt
mount -t configfs c /mnt && umount /mnt || fail "control: nor outside of one"
# A kernel thread does for a container what it must not do itself: a page of
# zeros, in ASCII, is one zero.
modprobe loop && losetup /dev/loop0 $vk/pid || fail "no loop device"
printf '%04096d' 0 >/tmp/zeros
dd if=/tmp/zeros of=/dev/loop0 bs=4096 oflag=direct 2>/dev/null && fail "a kernel thread may"
losetup -d /dev/loop0
equal "nor does it by a kernel thread" "$(cat $vk/state)" active
# Control: the same, by a container that no vkernel judges, is obeyed.
container_bundle late /bin/sh -c "$from_inside"
mkdir -p $bundles/late/rootfs/mnt
equal "control: from another container" \
	"$(container_run late | grep -v 'write error')" $'adopt\n0'
[ ! -d $vkernels/unarmed ] || fail "control: unarmed is still there"
rmdir $vkernels/mine
equal "control: detached" "$(cat $vk/state)" created
vkernel_arm web web || fail "cannot arm again"

echo "-- the end"
container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
equal "pid of a dead one" "$(cat $vk/pid)" 0
vkernel_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
