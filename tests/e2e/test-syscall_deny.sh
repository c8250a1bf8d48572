#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a denied system call fails with the errno chosen, by each of the three
# proves: ways into the kernel, and all other calls of the container go on
# kernels: all-long
# append: syscall.x32=y
# log-allow: traps: fate\[[0-9]*\] general protection fault

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vk=$vkernels/web

# outcome DOOR NUMBER [ARGUMENT...]: one call in the container.
outcome()
{
	container_exec web /bin/call "$@"
}

# rules RULE...: these in addition, and in force.
rules()
{
	local rule

	for rule in "$@"; do
		echo "$rule" >$vk/syscall/rules_add || fail "no rule: $rule"
	done
	echo 1 >$vk/syscall/commit || fail "no commit"
}

container_bundle web /bin/again /tmp/again
container_create web
mkdir $vk $vk/syscall
vkernel_arm web web || fail "cannot arm"
container_start web || fail "cannot start"

echo "-- before any rule"
equal "x64 getppid" "$(outcome x64 110)" 0
equal "int80 getppid" "$(outcome int80 64)" 0
# Not every kernel has it: then it is ENOSYS.
iopl=$(outcome int80 110 0)
[ "$iopl" != EPERM ] || fail "int80 iopl: $iopl"
# Without x32 in this boot the door is shut, and the kernel says so itself.
x32=$(outcome x32 110)
[ "$x32" = 0 ] || [ "$x32" = ENOSYS ] || fail "x32 getppid: $x32"
[ "$x32" = 0 ] || ! grep -qw syscall.x32=y /proc/cmdline || fail "no x32"
equal "denied" "$(cat $vk/syscall/denied)" 0

echo "-- one door each"
echo "x64 110 EPERM" >$vk/syscall/rules_add
equal "staged is not in force" "$(outcome x64 110)" 0
rules "x64 110 EPERM"
equal "x64" "$(outcome x64 110)" EPERM
equal "not int80" "$(outcome int80 64)" 0
equal "nor the same number there (iopl)" "$(outcome int80 110 0)" "$iopl"
rules "ia32 64 EACCES"
equal "int80" "$(outcome int80 64)" EACCES
equal "nor the same number there (semget)" "$(outcome x64 64 -1 0 0)" ENOENT
[ "$x32" != 0 ] || equal "not x32" "$(outcome x32 110)" 0
rules "x32 110 ENOSYS"
equal "x32" "$(outcome x32 110)" ENOSYS
# One that a call never gives by itself.
rules "x32 110 133"
[ "$x32" != 0 ] || equal "x32, errno 133" "$(outcome x32 110)" EHWPOISON
[ "$x32" != 0 ] || rules "x32 520 EACCES"
[ "$x32" != 0 ] || equal "x32, a call of its own (execve)" \
	"$(outcome x32 520 0 0 0)" EACCES
rules "x64 110 1" "x64 39 107"
equal "by number" "$(outcome x64 110)" EPERM
equal "a longer name" "$(outcome x64 39)" ENOTCONN
equal "shown" "$(tr '\n' ',' <$vk/syscall/rules | cut -d , -f 1-3)" \
	"x64 39 ENOTCONN,x64 110 EPERM,ia32 64 EACCES"
denied=$(cat $vk/syscall/denied)
for _ in 1 2 3 4 5; do outcome x64 110 >/dev/null; done
equal "denials are counted" "$(cat $vk/syscall/denied)" $((denied + 5))

echo "-- a running program"
equal "so far" "$(container_output web)" made
rules "x64 83 EPERM"
sleep 1
equal "a commit reaches it" "$(container_output web)" $'made\nEPERM'
rules "x64 83 allow"
sleep 1
equal "and so does the next" "$(container_output web)" $'made\nEPERM\nmade'
rules "x64 110 default" "x64 39 default"
equal "a rule taken back" "$(outcome x64 110)" 0

echo "-- a 32-bit program's syscall instruction, which AMD's processors have"
grep -q AuthenticAMD /proc/cpuinfo || fail "not one of AMD's: the vDSO does otherwise"
equal "without a rule" "$(container_exec web /bin/compat vsyscall /tmp/c1)" made
rules "ia32 39 EPERM"
equal "with one" "$(container_exec web /bin/compat vsyscall /tmp/c2)" 1
rules "ia32 39 default"

echo "-- rubbish in the upper half of the number's register"
equal "without a rule" "$(outcome x64 0x100000053 /tmp/upper1 0755)" 0
rules "x64 83 EPERM"
equal "with one" "$(outcome x64 0x100000053 /tmp/upper2 0755)" EPERM
rules "x64 83 allow"

echo "-- numbers that do not exist"
for nr in 512 547; do
	equal "x64 $nr, which is x32's" "$(outcome x64 $nr)" ENOSYS
done
for nr in 9999 1000000 -1 -2 -4096 0x7fffffff 0x80000000 0xffffffff; do
	equal "x64 $nr" "$(outcome x64 $nr)" ENOSYS
	equal "int80 $nr" "$(outcome int80 $nr)" ENOSYS
	equal "x32 $nr" "$(outcome x32 $nr)" ENOSYS
done

echo "-- all but a list"
echo EACCES >$vk/syscall/default
for nr in {0..14} {16..59} {61..218} {220..230} {232..450}; do
	echo "x64 $nr allow" >$vk/syscall/rules_add
done
equal "not before the commit" "$(uniq -f 1 $vk/syscall/default)" "x64 allow"
echo 1 >$vk/syscall/commit
equal "in force" "$(uniq -f 1 $vk/syscall/default)" "x64 EACCES"
equal "in the list" "$(outcome x64 110)" 0
equal "not in the list" "$(outcome int80 20)" EACCES
equal "outside the table" "$(outcome x64 9999)" ENOSYS
equal "what no program can do without" "$(container_exec web /bin/signals)" \
	$'returned\nrestarted'
# By each door: exit, exit_group, restart_syscall, sigreturn from no handler.
ends="x64 60 exited 7,x64 231 exited 7,x64 219 returned EINTR,x64 15 killed 11
int80 1 exited 7,int80 252 exited 7,int80 0 returned EINTR,int80 173 killed 11,int80 119 killed 11
x32 60 exited 7,x32 231 exited 7,x32 219 returned EINTR,x32 513 killed 11"
# Where a uretprobe comes back; here nobody comes from there.
! grep -q ' __x64_sys_uretprobe$' /proc/kallsyms || ends+=$'\nx64 335 killed 4'
while read -r line; do
	[[ $line != x32* || $x32 = 0 ]] || continue
	mapfile -t calls < <(tr , '\n' <<<"$line" | cut -d ' ' -f 1,2)
	# shellcheck disable=SC2068 # two words each
	equal "never denied: ${calls[*]}" \
		"$(container_exec web /bin/fate ${calls[@]} | paste -sd,)" "$line"
	for call in "${calls[@]}"; do
		refused "not permitted" put "${call/int80/ia32} EPERM" $vk/syscall/rules_add
	done
done <<<"$ends"
equal "control: denied" "$(container_exec web /bin/fate int80 20)" "int80 20 returned EACCES"
echo allow >$vk/syscall/default
rules "ia32 64 default"
[ "$(outcome int80 20)" -gt 0 ] || fail "control: getpid is still denied"

echo "-- two containers, two sets of rules"
container_bundle other /bin/again /tmp/again
container_create other
vkernel_make other "x64 39 EPERM"
vkernel_arm other other
container_start other
rules "x64 110 EPERM"
equal "web: its own" "$(outcome x64 110)" EPERM
[ "$(outcome x64 39)" -gt 0 ] || fail "web got the other's rule"
equal "other: its own" "$(container_exec other /bin/call x64 39)" EPERM
equal "other: not web's" "$(container_exec other /bin/call x64 110)" 0
equal "the host: neither" "$("$programs/call" x64 110 | tr -d 0-9)" ""

container_remove web
container_remove other
wait_until 10 vkernel_is other dead || fail "not dead"
wait_until 10 vkernel_is web dead || fail "not dead"
vkernel_remove web && vkernel_remove other || fail "cannot remove"
unload_all || fail "cannot unload"
