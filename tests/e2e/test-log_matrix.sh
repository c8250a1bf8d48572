#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: by dmesg, dmesg -c, dmesg -w, /dev/kmsg and /proc/kmsg the host, two
# proves: containers, one nested in one of them and one with the host's pids each
# proves: find just what is theirs: also cleared, around the ring, and born again
# kernels: all
# long
# append: printk.devkmsg=on
# timeout: 3600

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

log_load || fail "modules do not load"
for name in a b hostpid; do
	log_bundle $name
	log_bring $name /usr/bin/dmesg
	mv $bundles/$name/rootfs/usr/bin/dmesg $bundles/$name/rootfs/bin/dmesg-ul
done
sed -i 's/{ "type": "pid" }, //' $bundles/hostpid/config.json

# begin NAME [VKERNEL]
begin()
{
	container_create "$1" || fail "cannot create $1"
	if [ -n "${2:-}" ]; then
		log_vkernel "$2" && vkernel_arm "$2" "$1" || fail "cannot arm $2"
	fi
	container_start "$1" || fail "cannot start $1"
}

begin a a
begin b b
# It has no vkernel, and cannot have one: it is the host.
begin hostpid

# run WHO COMMAND...
run()
{
	local who=$1
	shift

	case $who in
	host) (PATH=$programs:$PATH && "${@/%dmesg-ul/dmesg}") ;;
	nested) inside a "unshare -p -f $*" ;;
	*) inside "$who" "$@" ;;
	esac
}

# marks: what of it was written here.
marks()
{
	grep -oE '(a|b|nested|host|hostpid)-[0-9]+$' | paste -sd ' '
}

declare -A ring=() since=() unread=() followed=() drained=()

# follow WHO: let it run dmesg -w.
follow()
{
	case $1 in
	host)
		dmesg -w >/tmp/host-followed &
		follower=$!
		;;
	nested) inside a "unshare -p -f dmesg-ul -w >/nested 2>&1 &" >/dev/null ;;
	*) inside "$1" "dmesg-ul -w >/followed 2>&1 &" >/dev/null ;;
	esac
}

# follows WHO: what that has said.
follows()
{
	case $1 in
	host) cat /tmp/host-followed ;;
	nested) cat "$bundles/a/rootfs/nested" ;;
	*) cat "$bundles/$1/rootfs/followed" ;;
	esac
}

caught_up()
{
	[ "$(follows "$1" | marks)" = "${followed[$(of "$1")]# }" ]
}

# note WORD WHO...: it is in the logs of these.
note()
{
	local who word=$1
	shift

	for who; do
		ring[$who]+=" $word"
		since[$who]+=" $word"
		unread[$who]+=" $word"
		followed[$who]+=" $word"
	done
}

# write NUMBER: each writes a line.
write()
{
	local who

	for who in host a b nested hostpid; do
		run $who klog write "$who-$1"
		note "$who-$1" host
		case $who in
		a | nested) note "$who-$1" a ;;
		b) note "$who-$1" b ;;
		esac
	done
}

# of WHO: whose log it finds.
of()
{
	case $1 in
	nested) echo a ;;
	hostpid) echo host ;;
	*) echo "$1" ;;
	esac
}

# check WORDS WHO...: what each finds, by each door, in this order: of two that
# share a log /proc/kmsg has something for the first one only.
check()
{
	local who log

	echo "-- $1"
	shift
	for who; do
		log=$(of "$who")
		equal "$who: dmesg" "$(run "$who" dmesg-ul -S | marks)" "${since[$log]# }"
		equal "$who: dmesg, busybox" "$(run "$who" busybox dmesg | marks)" "${since[$log]# }"
		equal "$who: /dev/kmsg" "$(run "$who" klog set | marks)" "${ring[$log]# }"
		equal "$who: /proc/kmsg" "$(run "$who" klog proc | marks)" "${unread[$log]# }"
		drained[$who]+=${unread[$log]}
		unread[$log]=
	done
	for who in host a b nested hostpid; do
		wait_until 20 caught_up $who ||
			fail "$who: dmesg -w: $(follows $who | marks), want ${followed[$(of $who)]}"
		echo "ok: $who: dmesg -w"
	done
}

# drain: /proc/kmsg of the host.
drain()
{
	until [ "$("$programs/klog" proc)" = EAGAIN ]; do :; done
}

drain
for who in host a b nested hostpid; do
	follow $who
done
sleep 3
write 1
check "as it is" nested hostpid host a b

equal "a: dmesg -c" "$(run a busybox dmesg -c | marks)" "${since[a]# }"
since[a]=
check "a has cleared" a host nested hostpid b
write 2
check "and new ones" a host nested hostpid b

equal "nested: dmesg -c" "$(run nested busybox dmesg -c | marks)" "${since[a]# }"
since[a]=
equal "the host: dmesg -c" "$(dmesg -c | marks)" "${since[host]# }"
since[host]=
write 3
check "nested and the host have cleared" nested a hostpid host b
equal "b: dmesg -c" "$(run b busybox dmesg -c | marks)" "${since[b]# }"
since[b]=
equal "hostpid: dmesg -c" "$(run hostpid busybox dmesg -c | marks)" "${since[host]# }"
since[host]=
check "b, and the host by who has its pids, have cleared" b host a nested hostpid
for who in host a b nested hostpid; do
	[ -n "${drained[$who]:-}" ] || fail "$who never had anything to read in /proc/kmsg"
done

kill "$follower"
# The nested one is its namespace's init: nothing else ends it.
pkill -KILL -f '^dmesg-ul -w'
dmesg -n 1
"$programs/klog" flood flood 6000
dmesg -n 7
drain
for log in host a b; do
	ring[$log]='' since[$log]='' unread[$log]='' followed[$log]=''
done
for who in host a b nested hostpid; do
	follow $who
done
sleep 3
write 4
check "around the ring" a nested host hostpid b

echo "-- b is gone, and another has its number"
inside_begin b klog hold /go
wait_until 30 has b ready || fail "b does not hold"
"$programs/klog" steal "$(pgrep -f '^klog hold')" 3 /tmp/reborn >/tmp/kept &
wait_until 30 grep -q kept /tmp/kept || fail "the host keeps no file of b's"
equal "a file of b's, kept by the host" "$(marks </tmp/kept)" "${ring[b]# }"
number=$(stat -L -c %i "/proc/$(container_pid b)/ns/pid")
log_remove b
for ((try = 0; try < 20; try++)); do
	begin b b
	[ "$(stat -L -c %i "/proc/$(container_pid b)/ns/pid")" != "$number" ] || break
	log_remove b
	[ $try -lt 19 ] || fail "its number is not given again"
done
rm -f $bundles/b/rootfs/followed
follow b
ring[b]='' since[b]='' unread[b]='' followed[b]=
sleep 2
check "nothing of the old" b a nested host hostpid
write 5
check "and its own" b host a nested hostpid
touch /tmp/reborn
wait_until 30 grep -q over /tmp/kept || fail "the kept file has no end"
equal "the kept file" "$(sed '1,/kept/d' /tmp/kept | paste -sd ' ')" "end over"

container_remove hostpid
log_remove a b
unload_all || fail "cannot unload"
