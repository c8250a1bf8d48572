#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what huge pages save, in page faults and guest instructions: 512 MiB touched
# proves: for the first time, and redis under load, in a container that has them and one
# proves: that has not, on one processor at the same time
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
# shellcheck source=tests/e2e/figure.sh
. "$(dirname "$0")/figure.sh"

# With init_on_alloc, as Debian has it, these kernels clear a huge page twice: when
# it is allocated, and when it is given to the program.
#
# An instruction takes a nanosecond here, so the time that the scheduler says a task
# had the processor is how many the task was given, whoever else had it in between.

REQUESTS=50000
socket=/tmp/redis

answers()
{
	container_exec "$1" /usr/bin/redis-cli -s $socket ping 2>/dev/null | grep -q PONG
}

# spent NAME: the server's faults, and its instructions.
spent()
{
	local pid

	pid=$(container_pid "$1")
	echo "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f8)" \
		"$(cut -d' ' -f1 "/proc/$pid/schedstat")"
}

# container_has NAME COMM: runs such a program.
container_has()
{
	xargs -I{} cat /proc/{}/comm <"/sys/fs/cgroup/$1/cgroup.procs" 2>/dev/null | grep -qx "$2"
}

# now: nanoseconds, as CLOCK_MONOTONIC has them.
now()
{
	sed 's/^\([0-9]*\)\.\([0-9]*\) .*/\1\20000000/' /proc/uptime
}

# load NAME: its server's faults and instructions, when that began and ended, MiB in
# huge pages. Keys and values differ, so that the memory grows all the time.
load()
{
	local before after began

	before=$(spent "$1")
	began=$(now)
	container_exec "$1" /usr/bin/redis-benchmark -s $socket -q -n $REQUESTS \
		-r 1000000 -d 2048 -c 8 -t set >"/tmp/benchmark.$1" 2>&1 || return
	after=$(spent "$1")
	cat <<-END
	faults $((${after% *} - ${before% *}))
	used $((${after#* } - ${before#* }))
	began $began
	ended $(now)
	huge $(awk '/^AnonHugePages:/ { sum += $2 } END { print int(sum / 1024) }' \
		"/proc/$(container_pid "$1")/smaps")
	END
}

# value WHICH NAME: of what was measured in that container.
value()
{
	sed -n "s/^$1 //p" "/tmp/measured.$2"
}

# figures WORK: of both, for the report.
figures()
{
	local name

	for name in web other; do
		figure thp "$1" "$(cat $vkernels/$name/mm/thp_enabled)" faults "$(value faults $name)"
		figure thp "$1" "$(cat $vkernels/$name/mm/thp_enabled)" instructions "$(value used $name)"
	done
}

# both COMMAND...: the command, with each of their names, at once; how much of the
# time of the shorter one they both took, into $percent.
both()
{
	local name pids=()

	for name in web other; do
		"$@" $name >/tmp/measured.$name &
		pids+=($!)
	done
	wait "${pids[0]}" && wait "${pids[1]}" || fail "$1 fails"
	percent=$(awk '
		$1 == "began" { began = $2; last = began > last ? began : last }
		$1 == "ended" { first = !first || $2 < first ? $2 : first
			took = $2 - began; least = !least || took < least ? took : least }
		END { print int(100 * (first - last) / least) }' /tmp/measured.{web,other})
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
touch_all()
{
	container_exec "$1" /bin/faults 512 /go
}

# They begin when both are there.
(
	for name in web other; do
		wait_until 60 container_has $name faults
	done
	touch $bundles/{web,other}/rootfs/go
) &
both touch_all
for name in web other; do
	echo "$name: $(paste -sd' ' /tmp/measured.$name)"
	[ "$(value switched $name)" -ge 5 ] || fail "$name was not interrupted"
done
figures "512 MiB touched"
echo "at the same time: $percent % of the shorter one"
[ "$percent" -ge 90 ] || fail "one after the other"
[ "$(value faults web)" -ge 131072 ] || fail "never: $(value faults web) faults"
[ "$(value faults other)" -le 400 ] || fail "always: $(value faults other) faults"
[ "$(value used other)" -lt "$(value used web)" ] || fail "huge pages save nothing"

echo "-- redis"
both load
for name in web other; do
	echo "$name: $(paste -sd' ' /tmp/measured.$name)"
done
figures "redis, $REQUESTS keys"
control thp "MiB of redis in huge pages: $(value huge web) in the container that has none, $(value huge other) in the other"
echo "at the same time: $percent % of the shorter one"
[ "$percent" -ge 75 ] || fail "one after the other"
[ "$(value huge web)" = 0 ] && [ "$(value huge other)" -ge 50 ] ||
	fail "huge pages: $(value huge web), $(value huge other) MiB"
[ "$(value faults other)" -lt $(($(value faults web) / 4)) ] ||
	fail "faults: $(value faults web), $(value faults other)"
for name in web other; do
	container_remove $name
	wait_until 20 vkernel_is $name dead && mm_remove $name || fail "cannot remove $name"
done
unload_all || fail "cannot unload"
