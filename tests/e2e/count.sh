#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of hookcore_example: the example that counts, beside folders that
# are made, and are made while it comes and goes.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

hooks=/sys/kernel/debug/hookcore/hooks

text()
{
	"$programs/kerneltext" | sha256sum
}

# The example says it when it goes.
counted()
{
	dmesg | sed -n 's/.*\] count: \([0-9]*\) folders made$/\1/p' | tail -n 1
}

come()
{
	modprobe count || fail "the example does not load"
}

go()
{
	rmmod count || fail "cannot unload the example"
}

modprobe hookcore || fail "hookcore does not load"
before=$(text)
come
[ "$(text)" != "$before" ] || fail "no text has changed: the comparison proves nothing"
grep -q '^vfs_mkdir owner=count ' $hooks || fail "not its hook: $(cat $hooks)"
rmmod hookcore 2>/dev/null && fail "hookcore goes while it is used"
mkdir /tmp/a{1..500} &
mkdir /tmp/b{1..500} &
wait
go
equal "folders of two programs at once" "$(counted)" 1000
mkdir /tmp/c{1..10} || fail "no folders without it"
come
go
equal "control: folders, none of them made while it is loaded" "$(counted)" 0

for i in 1 2; do
	perl -e 'mkdir "/tmp/load$$" and rmdir "/tmp/load$$" while 1' &
	loads+=($!)
done
for ((i = 0; i < 10; i++)); do
	come
	sleep 0.3
	go
	[ "$(counted)" -gt 0 ] || fail "nothing was counted under load"
done
kill -0 "${loads[@]}" || fail "the load has ended early"
echo "ok: $i times under load, the last time $(counted) folders"
equal "hooks left" "$(cat $hooks)" ""
equal "kernel text" "$(text)" "$before"
kill "${loads[@]}"
wait "${loads[@]}" 2>/dev/null
rmmod hookcore || fail "cannot unload hookcore"
