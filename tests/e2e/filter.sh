#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of hookcore_example: the example that refuses, beside two users who
# change their files, also while it comes and goes.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

debug=/sys/kernel/debug/hookcore
parameters=/sys/module/filter/parameters
kprobes=/sys/kernel/tracing/kprobe_events
all_done="644 2000 1" none_done="600 1000 0"

text()
{
	"$programs/kerneltext" | sha256sum
}

# as UID COMMAND...: without any capability, with a second group.
as()
{
	setpriv --reuid="$1" --regid="$1" --groups="$1,2000" "${@:2}"
}

# changes UID: mode, group and time of a file of that user, who has tried to change
# all three. Root has made them the same before, as of group 1000.
changes()
{
	local file=/tmp/file$1

	rm -f "$file"
	echo one >"$file"
	chmod 600 "$file"
	touch -d @0 "$file"
	chown "$1:1000" "$file"
	{
		as "$1" chmod 644 "$file"
		as "$1" chown :2000 "$file"
		as "$1" touch -d @1 "$file"
	} 2>/tmp/why
	stat -c '%a %g %Y' "$file"
}

# may WHAT UID...: all of these users may change theirs.
may()
{
	local user

	for user in "${@:2}"; do
		equal "$1: user $user may" "$(changes "$user")" "$all_done"
	done
}

# may_not WHAT UID: and hears why, three times.
may_not()
{
	equal "$1: user $2 may not" "$(changes "$2")" "$none_done"
	equal "$1: refusals" "$(grep -c 'Operation not permitted' /tmp/why)" 3
}

has_denied()
{
	[ "$(cat $parameters/denied)" -gt 0 ]
}

# site FUNCTION: where its hook would be, for a kprobe.
site()
{
	exec 3<>$debug/check
	echo "$1" >&3
	sed -n 's|.* yes: site=\([^/]*\)/.*|\1|p' <&3
	exec 3>&-
}

modprobe hookcore || fail "hookcore does not load"
before=$(text)
may "control: without it" 1000 1001

echo "-- all or none"
place=$(site vfs_utimes)
[ -n "$place" ] || fail "vfs_utimes cannot be hooked"
echo "p:ours $place" >$kprobes || fail "no kprobe at $place"
probed=$(text)
refused "Device or resource busy" modprobe filter uid=1000
dmesg | grep 'filter: not loaded: vfs_utimes: kprobe in the window' || fail "no reason is told"
[ "$(dmesg | grep -c 'filter: not loaded')" = 1 ] || fail "more than the culprit is named"
equal "hooks left" "$(cat $debug/hooks)" ""
equal "kernel text" "$(text)" "$probed"
may "refused" 1000
echo >$kprobes

echo "-- what it does"
refused "Operation not permitted" modprobe filter uid=1000 denied=5
modprobe filter || fail "the example does not load"
[ "$(text)" != "$before" ] || fail "no text has changed: the comparison proves nothing"
equal "hooks" "$(cut -d' ' -f1 $debug/hooks | sort | paste -sd' ')" \
	"chmod_common chown_common vfs_utimes"
may "of nobody" 1000 1001
equal "denied" "$(cat $parameters/denied)" 0
echo 1000 >$parameters/uid
may_not "of 1000" 1000
may "of 1000" 1001
equal "denied" "$(cat $parameters/denied)" 3
dmesg | grep 'filter: task [0-9]* may not change file1000' || fail "not logged"
as 1000 bash -c "echo two >/tmp/file1000" || fail "it may not write"
equal "what it may write" "$(cat /tmp/file1000)" two
echo 1001 >$parameters/uid
may "of 1001" 1000
may_not "of 1001" 1001
refused "Permission denied" as 1000 bash -c "echo 0 >$parameters/denied"
rmmod hookcore 2>/dev/null && fail "hookcore goes while it is used"
rmmod filter || fail "cannot unload the example"
may "after it" 1000 1001

echo "-- it comes and goes under load"
for user in 1000 1001; do
	# shellcheck disable=SC2016 # for perl
	setpriv --reuid=$user --regid=$user --groups=$user,2000 perl -e '
		$f = shift;
		chmod(0600, $f), chown(-1, 2000, $f), utime(1, 1, $f) while 1' /tmp/file$user &
	loads+=($!)
done
for ((i = 0; i < 10; i++)); do
	modprobe filter uid=1000 || fail "does not load under load"
	wait_until 60 has_denied || fail "refuses nothing under load"
	rmmod filter || fail "cannot unload it under load"
done
kill -0 "${loads[@]}" || fail "the load has ended early"
equal "hooks left" "$(cat $debug/hooks)" ""
equal "kernel text" "$(text)" "$before"
kill "${loads[@]}"
wait "${loads[@]}" 2>/dev/null
may "after all" 1000 1001
[ ! -e /sys/module/filter ] || fail "the module is left"
rmmod hookcore || fail "cannot unload hookcore"
