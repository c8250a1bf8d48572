#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: every promise of hookcore.h: order by priority, removal in any order,
# proves: all or none, an error code with a reason for every bad argument, and a
# proves: trace event for each hook that comes and goes, also with an owner that
# proves: forgot it
# kernels: all-long
# kaslr

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore
check=$debug/check

# answer TEXT: what the file says after it was written.
answer()
{
	exec 3<>$check
	printf '%b' "$1" >&3 || { exec 3>&-; return 1; }
	cat <&3
	exec 3>&-
}

modprobe hookcore && modprobe hookcore_target || fail "modules do not load"

modprobe hookcore_api || { dmesg | grep hookcore_api:; fail "see above"; }
echo "ok: all that hookcore_api expects"
[ ! -s $debug/hooks ] || fail "a hook is left"

echo "-- a function that has been unloaded"
modprobe hookcore_field || fail "does not load"
address=$(awk '$3 == "field_functions" { print $1 }' /proc/kallsyms)
gone=/sys/module/hookcore_api/parameters/gone
put "$address" $gone 2>/dev/null && fail "a function that is there passes for one that is not"
rmmod hookcore_field || fail "somebody holds it"
put "$address" $gone || { dmesg | grep hookcore_api:; fail "see above"; }

echo "-- each hook that comes and goes is a trace event"
events=/sys/kernel/tracing/events/hookcore
trace=/sys/kernel/tracing/trace
echo 1 | tee $events/hookcore_{install,remove}/enable >/dev/null
echo >$trace
modprobe hookcore_basic targets=target_add,vfs_read || fail "cannot hook"
# Whose handler it is can be told while it is there.
equal "events of an installation" "$(sed -n 's/.*: hookcore_//p' $trace)" \
"install: target=target_add [hookcore_target] owner=hookcore_basic handler=basic_handler_0 [hookcore_basic]
install: target=vfs_read owner=hookcore_basic handler=basic_handler_1 [hookcore_basic]"
echo >$trace
rmmod hookcore_basic || fail "cannot unhook"
equal "events of a removal" "$(sed -n 's/.*: hookcore_\(.*\) handler=.*/\1/p' $trace)" \
"remove: target=target_add [hookcore_target] owner=hookcore_basic
remove: target=vfs_read owner=hookcore_basic"
echo 0 | tee $events/hookcore_{install,remove}/enable >/dev/null

echo "-- an owner that goes without removing its hooks"
modprobe hookcore_basic forget=1 targets=target_add,vfs_read || fail "cannot hook"
rmmod hookcore_basic || fail "cannot go"
equal "hooks left" "$(cat $debug/hooks)" ""
for name in target_add vfs_read; do
	dmesg | grep -q "hookcore_basic: gone without removing its hook on $name" ||
		fail "nothing said of $name"
done
equal "the function is as it was" "$(cat /sys/module/hookcore_target/parameters/sum)" 3

echo "-- each refusal is a line in the log"
dmesg | grep -q 'cannot hook .*: bad argument' || fail "no bad argument"
dmesg | grep -q 'cannot hook .*: not the start of a function' || fail "no bad address"
dmesg | grep -q 'cannot hook .*: registered already' || fail "none registered already"
dmesg | grep -q 'asked to install 0 hooks: nonsense, not done' || fail "none of no hooks"
dmesg | grep -q 'asked to import 1 functions: nonsense' || fail "none of no imports"
dmesg | grep -q 'cannot import .*: its stub is not one of HOOKCORE_IMPORT()' || fail "no bad stub"
dmesg | grep -q 'asked for 1 fields: nonsense' || fail "none of no fields"
dmesg | grep -q 'asked for a field without a name' || fail "none of no name"
dmesg | grep -q 'api_test_arguments.* has called a hook.s original that is not hooked' ||
	fail "none of an original that is not hooked"
refused "in use" rmmod hookcore

echo "-- nonsense in debugfs"
equal "nothing asked" "$(cat $check)" ""
equal "a function" "$(answer vfs_read | cut -d' ' -f1-2)" "vfs_read yes:"
for nonsense in ' ' '\n' '\0\0' '%s%n' 'no_such' ':' '\377' 'vfs_read vfs_write'; do
	answer "$nonsense" | tr -d '\0' | grep -qE 'no: no such function$' ||
		fail "'$nonsense': $(answer "$nonsense")"
done
put "$(printf '%600s' '' | tr ' ' a)" $check 2>/dev/null && fail "taken: a name of 600 letters"
for file in "$debug"/*; do
	for nonsense in 2 -1 "" x "$(printf '%5000s' '')"; do
		[ "$file" = $check ] || put "$nonsense" "$file" 2>/dev/null
	done
	cat "$file" >/dev/null || fail "$file cannot be read"
done
rmmod hookcore_api || fail "cannot unload"
dmesg | grep "hookcore_api: on its way out: -22, hookcore_api is being unloaded" ||
	fail "a module that goes may still hook"
rmmod hookcore_target hookcore || fail "cannot unload"
