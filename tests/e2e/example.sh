#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest of hookcore_example: the example, beside a real connection.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

count=/sys/kernel/debug/connect/count

listening()
{
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':1388 .* 0A '
}

# connection WORD: send it to a listener on this machine.
connection()
{
	busybox nc -l -p 5000 >/tmp/heard </dev/null &
	wait_until 20 listening || fail "nobody listens"
	echo "$1" >/dev/tcp/127.0.0.1/5000 || fail "cannot connect"
	wait
	equal "what went over the connection" "$(cat /tmp/heard)" "$1"
}

modprobe hookcore || fail "hookcore does not load"
modprobe connect || fail "the example does not load"
equal "connections before" "$(cat $count)" 0
connection one
connection two
equal "connections counted" "$(cat $count)" 2
dmesg | grep 'connect: task [0-9]* connects to 127.0.0.1:5000' || fail "not logged"
rmmod hookcore 2>/dev/null && fail "hookcore goes while it is used"
rmmod connect || fail "cannot unload the example"
connection three
[ ! -e $count ] || fail "its file is left"
equal "hooks left" "$(cat /sys/kernel/debug/hookcore/hooks)" ""
rmmod hookcore || fail "cannot unload hookcore"
