#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what huge pages save, in page faults and guest instructions: 512 MiB touched
# proves: for the first time, and redis, in a container that has them and one that has
# proves: not, beside one another
# long
# icount: 1
# smp: 1
# mem: 3G
# append: init_on_alloc=0
# kernels: all
# root: redis
# timeout: 2400

# shellcheck source=tests/e2e/thp.sh
. "$(dirname "$0")/thp.sh"

# With init_on_alloc, as Debian has it, these kernels clear a huge page twice: when
# it is allocated, and when it is given to the program.

REQUESTS=50000
socket=/tmp/redis

# use NAME: one runs alone, the other has not gone.
use()
{
	mm_freeze web 1 && mm_freeze other 1 && mm_freeze "$1" 0 || fail "does not freeze"
}

answers()
{
	container_exec "$1" /usr/bin/redis-cli -s $socket ping 2>/dev/null | grep -q PONG
}

server_of()
{
	sed -n 1p "/sys/fs/cgroup/$1/cgroup.procs"
}

# spent NAME: the server's faults, and its instructions.
spent()
{
	local pid

	pid=$(container_pid "$1")
	echo "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f8)" \
		"$(cut -d' ' -f1 "/proc/$pid/schedstat")"
}

# load NAME: the server's faults, instructions, and MiB in huge pages. Keys and
# values differ, so that the memory grows all the time.
load()
{
	local before after

	before=$(spent "$1")
	container_exec "$1" /usr/bin/redis-benchmark -s $socket -q -n $REQUESTS \
		-r 1000000 -d 2048 -c 8 -t set >/tmp/benchmark 2>&1 || fail "$(cat /tmp/benchmark)"
	after=$(spent "$1")
	echo "$((${after% *} - ${before% *})) $((${after#* } - ${before#* }))" \
		"$(awk '/^AnonHugePages:/ { sum += $2 } END { print int(sum / 1024) }' \
			"/proc/$(container_pid "$1")/smaps")"
}

echo never >$thp/enabled
mm_load || fail "modules do not load"
for name in web other; do
	container_bundle $name /usr/bin/redis-server --port 0 --unixsocket $socket \
		--save '' --appendonly no --disable-thp no --daemonize no
	root=$bundles/$name/rootfs
	mkdir -p "$root/usr" && ln -s usr/lib "$root/lib" && ln -s usr/lib64 "$root/lib64"
	sed -i 's|"mounts": \[|&{ "destination": "/usr", "source": "/usr", "type": "bind", "options": ["rbind", "ro"] },|' \
		"$bundles/$name/config.json"
	container_create $name && mm_make $name && vkernel_arm $name $name || fail "no vkernel"
done
put never $vkernels/web/mm/thp_enabled
put always $vkernels/other/mm/thp_enabled
for name in web other; do
	container_start $name && wait_until 60 answers $name || fail "$(container_output $name)"
done

echo "-- 512 MiB for the first time"
for name in web other; do
	use $name
	container_exec $name /bin/faults 512 >/tmp/faults.$name || fail "$name touches nothing"
	echo "$name: $(paste -sd' ' /tmp/faults.$name)"
done
never=$(sed -n 's/^faults //p' /tmp/faults.web) always=$(sed -n 's/^faults //p' /tmp/faults.other)
[ "$never" -ge 131072 ] || fail "never: $never faults"
[ "$always" -le 400 ] || fail "always: $always faults"
[ "$(sed -n 's/^ticks //p' /tmp/faults.other)" -lt "$(sed -n 's/^ticks //p' /tmp/faults.web)" ] ||
	fail "huge pages save nothing"

echo "-- redis"
for name in web other; do
	use $name
	read -r faults instructions mbytes < <(load $name)
	echo "$name: $faults faults, $instructions instructions, $mbytes MiB in huge pages"
	declare "${name}_faults=$faults" "${name}_huge=$mbytes"
done
# shellcheck disable=SC2154 # declared above
[ "$web_huge" = 0 ] && [ "$other_huge" -ge 50 ] || fail "huge pages: $web_huge, $other_huge MiB"
# shellcheck disable=SC2154
[ "$other_faults" -lt $((web_faults / 4)) ] || fail "faults: $web_faults, $other_faults"
mm_freeze web 0
for name in web other; do
	container_remove $name
	wait_until 20 vkernel_is $name dead && mm_remove $name || fail "cannot remove $name"
done
unload_all || fail "cannot unload"
