#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# race.sh SECONDS: vkernels are made, filled, armed, read, detached and removed by
# many at the same time, while their namespaces and a plugin come and go.
# SEED makes the same choices again.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

seconds=${1:?how many seconds}
seed=${SEED:-$(od -An -N7 -tu8 /dev/urandom | tr -d ' ')}

# plugin_comes_and_goes: as often as nobody needs it; how often, into /tmp/reloads.
plugin_comes_and_goes()
{
	local count=0

	while [ ! -e /tmp/stop ]; do
		rmmod vkernel_mm 2>/dev/null || continue
		modprobe vkernel_mm || fail "the plugin does not come back"
		echo $((++count)) >/tmp/reloads
	done
}

# remove_all: as any operator can.
remove_all()
{
	local dir

	for dir in "$vkernels"/race*; do
		[ -d "$dir" ] || continue
		echo 0 >"$dir/pid"
		rmdir "$dir"/*/ 2>/dev/null
		rmdir "$dir" || return
	done
}

load_all && modprobe vkernel_log && modprobe vkernel_mm || fail "modules do not load"
echo "seed $seed"
echo 0 >/tmp/reloads
plugin_comes_and_goes &
reloader=$!
"$programs/race" $vkernels "$seed" "$seconds" >/tmp/deeds || fail "with SEED=$seed"
touch /tmp/stop
wait "$reloader" || fail "see above"
paste -sd, /tmp/deeds
echo "the plugin came and went $(cat /tmp/reloads) times"
[ "$(cat /tmp/reloads)" -gt 0 ] || fail "the plugin never went"
while read -r deed count; do
	[ "$count" -gt 0 ] || fail "never: $deed"
done </tmp/deeds
remove_all || fail "some cannot be removed"
equal "what is left" "$(ls $vkernels)" ""
unload_all || fail "cannot unload"
