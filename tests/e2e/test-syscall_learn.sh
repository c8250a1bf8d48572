#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a profile that was learned from a workload lets it run again without a
# proves: denial, and nothing else: not another call, door or watched value; without
# proves: any one of its calls there is a denial
# kernels: all-long
# root: engines

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

load_all || fail "modules do not load"
vkctl=/vk/vkctl
vk=$vkernels/web/syscall

# shellcheck disable=SC2016 # for the shell of the container
work='cd /tmp && mkdir a && echo b a c | tr " " "\n" | sort >a/list &&
	grep -c a a/list && ls -l a >/dev/null && ps >/dev/null && date >/dev/null &&
	sed -i s/b/x/ a/list && cat a/list | head -n 1 && find . -name list -exec wc {} \; &&
	(sleep 0.2 & wait) && rm -r a && call int80 20 >/dev/null && call x64 8 99 0 1'

work()
{
	container_exec web /bin/sh -c "$work" 2>&1
}

container_bundle web /bin/sh -c 'while :; do sleep 1; done'
container_create web
vkernel_make web
vkernel_arm web web && container_start web || fail "cannot start"
wanted=$(work)
equal "the work" "$(tail -n 1 <<<"$wanted")" EBADF

echo "-- learn"
refused "nothing was learned" $vkctl learn web
refused "nvalid argument" put "x64 8 a2" $vk/learn
refused "no \"CALL:ARGUMENT\"" $vkctl learn --start --arg nothing:0 web
equal "nothing was begun" "$(cat $vk/learn)" 0
refused "no \"CALL:ARGUMENT\"" $vkctl learn --start --arg lseek:2 --arg lseek:6 web
equal "nor now" "$(cat $vk/learn)" 0
$vkctl learn --start --arg lseek:2 web || fail "cannot start to learn"
equal "learning" "$(cat $vk/learn)" 1
refused "exists" put "x64 8 a1" $vk/learn
for line in 2 "x64 8" "x64 8 a6" "x64 8 b1" "x64 9999 a1" "x65 8 a1" "x64 8 a1 "; do
	refused "nvalid argument" put "$line" $vk/learn
done
equal "while it is learned" "$(work)" "$wanted"
sleep 3
$vkctl learn --stop web >/tmp/learned.json || fail "no profile"
equal "no longer" "$(cat $vk/learn)" 0
container_exec web /bin/call x64 161 / >/dev/null
$vkctl learn web | cmp - /tmp/learned.json || fail "learned though it was stopped"
$vkctl check /tmp/learned.json || fail "not a profile"
tr -d '\n' </tmp/learned.json | tr -s ' \t' ' ' | cut -c 1-1500
echo

echo "-- what was learned can be done, and nothing else"
before=$(cat $vk/denied)
$vkctl set --profile /tmp/learned.json web || fail "cannot set it"
equal "the default" "$(head -n 1 $vk/default)" "x64 EPERM"
equal "the work again" "$(work)" "$wanted"
sleep 3
equal "denials" "$(cat $vk/counts)" ""
equal "denials in all" "$(cat $vk/denied)" "$before"
equal "another call" "$(container_exec web /bin/call x64 161 /)" EPERM
equal "another door" "$(container_exec web /bin/call int80 64)" EPERM
equal "the watched value" "$(container_exec web /bin/call x64 8 99 0 1)" EBADF
equal "another value" "$(container_exec web /bin/call x64 8 99 0 4)" EPERM

echo "-- there is nothing in it that is not needed"
few=$vkernels/few/syscall
few() { container_exec few /bin/call int80 20 && container_exec few /bin/call x64 8 99; }
container_bundle few /bin/again /proc/none
container_create few
vkernel_make few && vkernel_arm few few && container_start few || fail "cannot start"
$vkctl learn --start few || fail "cannot start to learn"
few >/dev/null 2>&1
$vkctl learn --stop few >/tmp/few.json || fail "no profile"
$vkctl set --profile /tmp/few.json few || fail "cannot set it"
few >/dev/null 2>&1
equal "denials with all of it" "$(cat $few/denied)" 0
jq -r '.syscall.rules[] | .abis[0] + " " + .names[]' /tmp/few.json >/tmp/names
while read -r abi name; do
	jq --arg abi "$abi" --arg name "$name" '.syscall.rules[] |=
		if .abis[0] == $abi then .names -= [$name] else . end |
		.syscall.rules |= map(select(.names != []))' \
		/tmp/few.json >/tmp/fewer.json
	$vkctl set --profile /tmp/fewer.json few || fail "cannot set it without $name"
	before=$(cat $few/denied)
	few >/dev/null 2>&1
	[ "$(cat $few/denied)" -gt "$before" ] || echo "$abi $name"
done </tmp/names >/tmp/needless
# No table denies these.
equal "calls that nobody misses" "$(sort /tmp/needless | paste -sd,)" "x64 exit_group"
[ "$(wc -l </tmp/names)" -gt 8 ] || fail "hardly any call: $(cat /tmp/names)"
echo "ok: each of $(wc -l </tmp/names) calls is needed"

container_end few
container_end web
unload_all || fail "cannot unload"
