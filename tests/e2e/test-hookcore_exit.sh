#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hooks on a function that never returns come and go within their time while tasks
# proves: and threads exit through it, with handlers that leave by a jump and with handlers
# proves: that call it; who died there, and is a zombie still, is waited for by nobody
# kernels: all
# smp: 2
# append: preempt=full
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

torture=/sys/module/hookcore_torture/parameters

# exits: until told to stop.
exits()
{
	until [ -e /tmp/stop ]; do
		(:)
	done
}

# zombies: how many there are.
zombies()
{
	grep -lw '^State:.*zombie' /proc/[0-9]*/status 2>/dev/null | wc -l
}

# leave_zombies: some that nobody reaps until their parent ends.
leave_zombies()
{
	bash -c '/bin/true & /bin/true & exec sleep 10000' &
	reaper=$!
}

# come_and_go OPTION...: a removal that waits for one who does not come back has no end.
come_and_go()
{
	local before=$SECONDS

	timeout 100 modprobe hookcore_torture targets=do_exit hold_us=50000 cycles=50 "$@" ||
		fail "$*: no end, or an error"
	[ "$(cat $torture/installs)" -ge 45 ] || fail "$*: hardly anything was installed"
	# Who calls the original counts behind it, where nobody comes.
	[ "$1" = framed=1 ] || [ "$(cat $torture/calls)" -ge 50 ] ||
		fail "$*: only $(cat $torture/calls) exits"
	echo "ok: $*: $(cat $torture/installs) installs, $(cat $torture/calls) exits," \
		"$((SECONDS - before)) s, $(zombies) zombies"
	rmmod hookcore_torture || fail "$*: cannot unload"
}

modprobe hookcore || fail "does not load"
exits &
first=$!
exits &
second=$!
come_and_go framed=0
come_and_go framed=1

echo "-- who dies while there is a hook, and is never reaped"
for framed in 0 1; do
	timeout 100 modprobe hookcore_torture targets=do_exit hold_us=3000000 cycles=1 \
		framed=$framed &
	loads=$!
	sleep 1
	leave_zombies
	wait $loads || fail "no end, or an error"
	[ "$(zombies)" -ge 2 ] || fail "control: no zombie"
	rmmod hookcore_torture || fail "cannot unload"
	echo "ok: framed=$framed: gone, beside $(zombies) zombies"
	kill $reaper
	wait $reaper
done
touch /tmp/stop
wait $first $second
rmmod hookcore || fail "cannot unload"
