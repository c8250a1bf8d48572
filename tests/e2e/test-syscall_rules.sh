#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a rule can depend on arguments, an ABI has a default of its own, what is
# proves: staged can be taken back; denied is also what has another name:
# proves: socketcall, ipc, io_uring; of nested vkernels the strictest counts;
# proves: a call can be logged, trapped, or kill its thread or process; a table is
# proves: memory that cannot be written
# kernels: all-long
# append: syscall.x32=y

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web/syscall

# one DOOR NUMBER [ARGUMENT...]: one call in the container.
one()
{
	container_exec web /bin/call "$@"
}

# rules RULE...: these and no others are in force. "default ..." is one, too.
rules()
{
	local rule

	echo 1 >$vk/reset
	for rule in "$@"; do
		case $rule in
		default\ *) echo "${rule#default }" >$vk/default ;;
		*) echo "$rule" >$vk/rules_add ;;
		esac || fail "no rule: $rule"
	done
	echo 1 >$vk/commit || fail "no commit"
}

# cat_to FILE: the lines, in one write.
cat_to()
{
	cat /tmp/lines >"$1"
}

shown()
{
	tr '\n' ';' <"$vk/$1"
}

container_bundle web /bin/again /tmp/again
container_create web
mkdir $vkernels/web $vk
vkernel_arm web web || fail "cannot arm"
container_start web || fail "cannot start"

echo "-- arguments (lseek of a bad descriptor)"
rules "x64 8 EACCES a2==1" "x64 8 errno:0 a1>=100 a1<200" "x64 8 7 a1&0xff00==0x300"
equal "first rule" "$(one x64 8 99 150 1)" EACCES
equal "second rule, which returns 0" "$(one x64 8 99 150 0)" 0
equal "beyond its range" "$(one x64 8 99 200 0)" EBADF
equal "third rule" "$(one x64 8 99 0x3ff 0)" E2BIG
equal "third rule, no match" "$(one x64 8 99 0x4ff 0)" EBADF
equal "all 64 bits count" "$(one x64 8 99 0 0x100000001)" EBADF
rules "x64 8 ENOSYS" "x64 8 EACCES a2==1"
equal "the final verdict" "$(one x64 8 99 0 0)" ENOSYS
equal "and before it the rule" "$(one x64 8 99 0 1)" EACCES
rules "ia32 19 EACCES a2==1" "x32 8 EACCES a2==1"
equal "int80" "$(one int80 19 99 0 1)" EACCES
equal "int80, rubbish above 32 bits" "$(one int80 19 99 0 0x100000001)" EACCES
equal "int80, another" "$(one int80 19 99 0 2)" EBADF
x32=$(one x32 8 99 0 2)
[ "$x32" = ENOSYS ] || equal "x32" "$(one x32 8 99 0 1)" EACCES
rules "x64 8 EPERM a0==1 a5!=0x10" "x64 8 trap:9 a1&0xf==3" "x64 8 log"
equal "shown" "$(shown rules | sed 's/;#.*//')" \
	"x64 8 EPERM a0==0x1 a5!=0x10;x64 8 trap:9 a1&0xf==0x3;x64 8 log;"

echo "-- several lines at once, up to the first that is refused"
echo 1 >$vk/reset
printf '%s\n' "x64 8 EACCES a2==1" "x64 8 EPERM" >/tmp/lines
cat /tmp/lines >$vk/rules_add || fail "not taken"
printf '%s\n' "x64 110 E2BIG" "x64 nonsense" "x64 111 EPERM" >/tmp/lines
refused "Invalid argument" cat_to $vk/rules_add
printf 'x64 112 EROFS\n\n' >/tmp/lines
refused "Invalid argument" cat_to $vk/rules_add
echo 1 >$vk/commit || fail "no commit"
equal "shown" "$(shown rules | sed 's/;#.*//')" \
	"x64 8 EACCES a2==0x1;x64 8 EPERM;x64 110 E2BIG;x64 112 EROFS;"
printf '1\n1\n' >/tmp/lines
refused "Invalid argument" cat_to $vk/commit

echo "-- defaults"
rules "default ia32 EACCES"
equal "int80" "$(one int80 64)" EACCES
equal "x64" "$(one x64 110)" 0
equal "shown" "$(shown default)" "x64 allow;ia32 EACCES;x32 allow;"
echo 1 >$vk/reset
equal "a reset is staged" "$(one int80 64)" EACCES
echo 1 >$vk/commit
equal "until the commit" "$(one int80 64)" 0

echo "-- other names"
rules "ia32 359 EACCES" "ia32 393 EACCES"
equal "socketcall: socket" "$(one int80 102 1 8)" EACCES
equal "socketcall: bind" "$(one int80 102 2 8)" EFAULT
equal "ipc: semget" "$(one int80 117 2 -1 0 0)" EACCES
equal "ipc: semget, version 1" "$(one int80 117 0x10002 -1 0 0)" EACCES
equal "ipc: shmget" "$(one int80 117 23 -1 0 0)" ENOENT
equal "io_uring_setup: x64" "$(one x64 425 0 0)" EFAULT
equal "io_uring_setup: int80" "$(one int80 425 0 0)" EPERM
grep "# ia32 425-427 EPERM" $vk/rules || fail "not visible"
rules "x64 42 EACCES" "x64 425 allow"
equal "io_uring_setup: allowed in so many words" "$(one x64 425 0 0)" EFAULT
equal "io_uring_enter: not" "$(one x64 426 -1)" EPERM

echo "-- more than an errno"
rules "x64 8 log" "x64 110 trap:77" "x64 140 kill_thread" "x64 141 kill_process"
equal "log" "$(one x64 8 99 0 0)" EBADF
trapped=$(container_exec web /bin/threads trap thread 110)
equal "trap" "$trapped" "signal 31 code 1 errno 77 syscall 110 arch c000003e\
 rax 110 addr right"$'\n'"returned 110"$'\n'"second lives"$'\n'"exit 0"
equal "trap, no handler" "$(container_exec web /bin/threads thread 110)" "killed by 31"
equal "a thread is killed" "$(container_exec web /bin/threads thread 140)" \
	$'leader lives\nexit 0'
equal "the leader is killed" "$(container_exec web /bin/threads leader 140)" \
	$'second lives\nexit 0'
equal "the last thread is killed" "$(container_exec web /bin/threads all 140)" \
	"killed by 31"
equal "a process is killed" "$(container_exec web /bin/threads thread 141)" \
	"killed by 31"
equal "in spite of a handler" \
	"$(container_exec web /bin/threads trap thread 141)" "killed by 31"
rules
equal "control: none" "$(container_exec web /bin/threads thread 141 |
	grep -v returned)" $'second lives\nexit 0'

echo "-- nested"
inner='while [ ! -e /go ]; do sleep 0.1; done
call x64 124; call x64 111; threads thread 140; threads thread 141'
container_bundle outer /bin/sh -c "unshare -p -f sh -c '$inner'"
container_create outer
vkernel_make outer "x64 124 EACCES" "x64 111 log" "x64 140 EPERM" \
	"x64 141 kill_process"
vkernel_make inner "x64 124 EPERM" "x64 111 7" "x64 140 kill_process" \
	"x64 141 EPERM"
vkernel_arm outer outer && container_start outer || fail "cannot start"
wait_until 20 nested_exists || fail "no nested namespace"
put "$(nested_init)" $vkernels/inner/pid || fail "cannot arm"
touch $bundles/outer/rootfs/go
container_wait outer
mapfile -t lines <"$bundles/outer/output"
equal "equally strict: the inner one" "${lines[0]}" EPERM
equal "the inner one is stricter" "${lines[1]}" E2BIG
equal "it kills" "${lines[2]}" "killed by 31"
equal "the outer one kills" "${lines[3]}" "killed by 31"
equal "each counts its own" "$(cat $vkernels/{outer,inner}/syscall/denied)" $'1\n3'
container_remove outer
vkernel_remove inner
vkernel_remove outer

echo "-- a table cannot be written"
# For root the addresses as they are.
echo 1 >/proc/sys/kernel/kptr_restrict
tables=$(sed -n 's/^\(0x[0-9a-f]*\)-.* seal_copy.*/\1/p' /proc/vmallocinfo)
for table in $tables; do
	refused "Bad address" insmod /vk/modules/syscall_sealed.ko "at=$table"
done
[ -n "$tables" ] || fail "no table"
insmod /vk/modules/syscall_sealed.ko && rmmod syscall_sealed || fail "control: nothing can be written"

container_remove web
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web || fail "cannot remove"
unload_all || fail "cannot unload"
