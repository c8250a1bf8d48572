#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: two containers with different parameters of the scheduler on one CPU are
# proves: pre-empted differently often, in the direction expected, one after the other and
# proves: at the same time, and change while they run; who is to run first at a fork does;
# proves: somebody else, and everybody once
# proves: the module is gone, as often as before; they see and set their own in
# proves: /proc/sys/kernel, and nobody the host's; nonsense and what a kernel has not is
# proves: refused
# kernels: all-long
# smp: 1
# icount: 1
# timeout: 1200

# shellcheck source=tests/e2e/sched.sh
. "$(dirname "$0")/sched.sh"

debug=/sys/kernel/debug/sched
proc=/proc/sys/kernel
if [ -e $debug/base_slice_ns ]; then
	wake=base_slice_ns long=base_slice_ns few=100000000 many=100000
	lacks=wakeup_granularity_ns load="2 0"
else
	wake=wakeup_granularity_ns long=min_granularity_ns few=1000000000 many=0
	lacks=base_slice_ns load="1 300"
fi
most=100000000

# count WHO [SECONDS], hogs WHO: how often a hog is pre-empted by one who wakes each
# 300 us (where that depends on a parameter: else as with hogs), and how often two of
# them are that share the CPU.
count()
{
	# shellcheck disable=SC2086 # words
	by "$1" preempted $load "${2:-1}"
}

hogs()
{
	by "$1" preempted 2 0 1
}

# all [SECONDS]: three counts at the same time, into $web, $mail and $third.
all()
{
	count web "${1:-1}" >/tmp/web &
	count mail "${1:-1}" >/tmp/mail &
	count third "${1:-1}" >/tmp/third
	wait
	web=$(cat /tmp/web)
	mail=$(cat /tmp/mail)
	third=$(cat /tmp/third)
	echo "at the same time: web $web, mail $mail, somebody else $third"
}

by()
{
	local who=$1
	shift

	if [ "$who" = third ]; then
		group_run third "$sched" "$@"
	else
		container_exec "$who" /bin/sched "$@"
	fi
}

# parameter WHO NAME VALUE
parameter()
{
	put "$3" $vkernels/"$1"/sched_params/"$2" || fail "$1: $2 $3 is refused"
}

# about WHAT GOT WANTED: within a fifth.
about()
{
	[ $((5 * $2)) -ge $((4 * $3)) ] && [ $((5 * $2)) -le $((6 * $3)) ] ||
		fail "$1: $2, not about $3"
	echo "ok: $1: $2, about $3"
}

# far_less WHAT GOT THAN: no more than a third.
far_less()
{
	[ $((3 * $2)) -le "$3" ] || fail "$1: $2 is not far less than $3"
	echo "ok: $1: $2, far less than $3"
}

# calm_groups: with EEVDF each tick gives the CPU to another group, whatever happens
# inside; unless the host's slice, which groups have among themselves, and somebody else's
# tasks, is long. It is short enough for these to be pre-empted two hundred times: of few
# of them it is chance how many there are.
calm_groups()
{
	local host calm slice=20000000

	host=$(cat $debug/base_slice_ns)
	echo $slice >$debug/base_slice_ns || fail "cannot change the host's"
	all 10
	[ "$third" -ge 120 ] || fail "$third times is too few to compare"
	far_less "mail, $many, web has $few and groups a slice of $slice: web's" "$web" "$mail"
	calm=$third
	parameter web base_slice_ns inherit
	parameter mail base_slice_ns inherit
	all 10
	about "somebody else, if those have no values" "$third" "$calm"
	parameter web base_slice_ns $few
	parameter mail base_slice_ns $many
	echo "$host" >$debug/base_slice_ns
}

# first WHAT WHO LEAST MOST: of a hundred children as many run before their parents go on; a
# tick may come between. On the debug kernel one always does, the host's own included.
first()
{
	local count

	! is_debug || return 0
	count=$(by "$2" children 100)
	[ "$count" -ge "$3" ] && [ "$count" -le "$4" ] || fail "$1: $count of 100 children first"
	echo "ok: $1: $count of 100 children first"
}

# others_of_cfs: how long it is until each has run once, and who runs first at a fork.
others_of_cfs()
{
	local own=$proc/sched_child_runs_first

	equal "the host's latency" "$(cat $proc/sched_latency_ns)" "$(cat $debug/latency_ns)"
	refused "not permitted" put 1000000 $proc/sched_latency_ns
	parameter web latency_ns $most
	far_less "web, two hogs, latency_ns $most" "$(hogs web)" "$stock_hogs"
	about "mail, two hogs" "$(hogs mail)" "$stock_hogs"
	about "somebody else, two hogs" "$(hogs third)" "$stock_hogs"
	parameter web latency_ns inherit
	about "web, two hogs, latency_ns the host's" "$(hogs web)" "$stock_hogs"
	parameter web writable 1
	container_exec web /bin/sh -c "echo $most >$proc/sched_latency_ns && echo 1 >$own" ||
		fail "cannot set its own"
	equal "set by itself" "$(cat $vk/{latency_ns,child_runs_first} | paste -sd' ')" "$most 1"
	equal "and seen" "$(container_exec web /bin/busybox cat $proc/sched_latency_ns)" $most
	equal "the host's are as they were" "$(cat $proc/sched_latency_ns $own | paste -sd' ')" \
		"$(cat $debug/latency_ns) 0"
	parameter web writable 0
	parameter web latency_ns inherit

	parameter web child_runs_first 1
	equal "web sees it" "$(container_exec web /bin/busybox cat $own)" 1
	equal "the host does not" "$(cat $own)" 0
	refused "not permitted" container_exec web /bin/sh -c "echo 0 >$own"
	equal "the host's is as it was" "$(cat $own)" 0
	first "web, which has 1" web 95 100
	first "mail" mail 0 5
	first "somebody else" third 0 5
	echo 1 >$own || fail "cannot set the host's"
	parameter web child_runs_first 0
	first "the host's is 1: web, which has 0" web 0 5
	first "mail" mail 95 100
	first "somebody else" third 95 100
	echo 0 >$own
	parameter web child_runs_first inherit
	first "web, again as the host" web 0 5
}

start()
{
	container_bundle "$1" /bin/busybox sleep 10000
	container_create "$1" && mkdir $vkernels/"$1" $vkernels/"$1"/sched_params &&
		vkernel_arm "$1" "$1" && container_start "$1" || fail "cannot start $1"
}

echo "-- without the module"
modprobe -a hookcore vkernel || fail "modules do not load"
echo +cpu >$groups/cgroup.subtree_control || fail "no cpu controller"
group_make third
! ls $proc/sched_$wake 2>/dev/null || fail "the kernel has such a file itself"
stock=$(count third)
stock_hogs=$(hogs third)
echo "pre-empted: $stock times, two hogs $stock_hogs times"
[ "$stock" -gt 200 ] && [ "$stock_hogs" -gt 100 ] || fail "control: no pre-emption"

echo "-- files"
modprobe vkernel_sched_params || fail "the module does not load"
for name in $wake $long; do
	equal "the host's $name" "$(cat $proc/sched_"$name")" "$(cat $debug/"$name")"
	refused "not permitted" put 1000000 $proc/sched_"$name"
done
equal "the host's sched_migration_cost_ns" "$(cat $proc/sched_migration_cost_ns)" \
	"$(cat $debug/migration_cost_ns)"
equal "it is only shown" "$(stat -c %a $proc/sched_migration_cost_ns)" 444
start web
start mail
vk=$vkernels/web/sched_params
equal "at first" "$(cd $vk && cat wakeup_granularity_ns min_granularity_ns latency_ns child_runs_first \
	base_slice_ns writable | paste -sd' ')" "inherit inherit inherit inherit inherit 0"
for value in 99999 100000001 -1 x 1e6 "$(printf '%070d' 1)"; do
	refused "Invalid argument" put "$value" $vk/$long
	refused "Invalid argument" put "$value" $vk/base_slice_ns
	refused "Invalid argument" put "$value" $vk/latency_ns
done
for value in 2 -1 x; do
	refused "Invalid argument" put "$value" $vk/child_runs_first
done
refused "Invalid argument" put 1000000001 $vk/wakeup_granularity_ns
for text in maybe 1x on 2 yes; do
	refused "Invalid argument" put $text $vk/writable
done
refused "Operation not supported" put 1000000 $vk/$lacks
said | grep "web: the scheduler of this kernel (.*) has no $lacks" || fail "it does not say why"
put inherit $vk/$lacks || fail "nothing of its own is refused"
equal "and it stays" "$(cat $vk/$long)" inherit

echo "-- no values: as without"
about "web, no value" "$(count web)" "$stock"
about "web, no value, hogs" "$(hogs web)" "$stock_hogs"
all
stock_third=$third

echo "-- different values"
parameter web $wake $few
parameter mail $wake $many
web=$(count web)
mail=$(count mail)
far_less "web, $wake $few" "$web" "$stock"
far_less "web, $wake $few, and mail, $many" "$web" "$mail"
about "somebody else" "$(count third)" "$stock"
before=$mail
all
about "somebody else, at the same time" "$third" "$stock_third"
if [ $wake != base_slice_ns ]; then
	[ "$web" -lt "$mail" ] && [ "$web" -lt "$third" ] || fail "not so at the same time"
else
	calm_groups
fi
mail=$before
parameter web $wake inherit
parameter web $long $most
far_less "web, two hogs, $long $most" "$(hogs web)" "$stock_hogs"
about "mail, two hogs" "$(hogs mail)" "$stock_hogs"
about "somebody else, two hogs" "$(hogs third)" "$stock_hogs"

parameter web $long inherit
[ $wake = base_slice_ns ] || others_of_cfs

echo "-- by a profile"
echo "{ \"sched_params\": { \"$wake\": $few, \"writable\": true } }" >/tmp/few.json
echo '{ "sched_params": {} }' >/tmp/none.json
echo "{ \"sched_params\": { \"$lacks\": 1000000 } }" >/tmp/lacks.json
/vk/vkctl set --profile /tmp/few.json web || fail "cannot set the profile"
equal "set by a profile" "$(cat $vk/{$wake,writable} | paste -sd' ')" "$few 1"
refused "$lacks" /vk/vkctl set --profile /tmp/lacks.json web
equal "a change that is refused is undone" "$(cat $vk/{$wake,writable} | paste -sd' ')" "$few 1"
/vk/vkctl set --profile /tmp/none.json web || fail "cannot set the profile"
equal "what it does not say is as at first" "$(cat $vk/{$wake,writable} | paste -sd' ')" "inherit 0"

echo "-- the same values; changed while it runs"
parameter web $wake $many
about "web as mail" "$(count web)" "$mail"
(sleep 1 && parameter web $wake $few) &
changed=$(count web 2)
wait
[ "$changed" -lt $((16 * mail / 10)) ] && [ "$changed" -gt $((4 * mail / 10)) ] ||
	fail "changed after one of two seconds: $changed, $mail in one"
echo "ok: changed after one of two seconds: $changed, $mail in one"

echo "-- the host's is changed: who has its own does not follow"
host=$(cat $debug/$wake)
echo $few >$debug/$wake || fail "cannot change the host's"
far_less "somebody else, the host's $wake is $few" "$(count third)" "$stock"
about "mail, $wake $many" "$(count mail)" "$mail"
equal "shown" "$(cat $proc/sched_$wake)" $few
echo "$host" >$debug/$wake

echo "-- seen and set inside"
equal "web sees its own" "$(container_exec web /bin/busybox cat $proc/sched_$wake)" $few
equal "mail sees its own" "$(container_exec mail /bin/busybox cat $proc/sched_$wake)" $many
refused "not permitted" container_exec web /bin/sh -c "echo 500000 >$proc/sched_$wake"
parameter web writable 1
refused "Invalid argument" container_exec web /bin/sh -c "echo 4294967295 >$proc/sched_$wake"
container_exec web /bin/sh -c "echo $many >$proc/sched_$wake" || fail "cannot set its own"
equal "web sees it" "$(container_exec web /bin/busybox cat $proc/sched_$wake)" $many
equal "the operator sees it" "$(cat $vk/$wake)" $many
equal "mail's is mail's" "$(cat $vkernels/mail/sched_params/$wake)" $many
equal "the host's is the host's" "$(cat $proc/sched_$wake $debug/$wake | paste -sd' ')" "$host $host"
about "web, set by itself" "$(count web)" "$mail"
refused "Permission denied" container_exec web /bin/sh -c "echo 1 >$proc/sched_migration_cost_ns"
parameter web $wake inherit
equal "without its own it sees the host's" "$(container_exec web /bin/busybox cat $proc/sched_$wake)" "$host"
refused "in use" rmmod vkernel_sched_params

echo "-- without the module again, which goes under load"
parameter web $wake $few
container_exec web /bin/sched preempted 2 300 100 >/dev/null 2>&1 &
group_run third "$sched" preempted 2 300 3 &
sleep 0.5
echo 0 >$vkernels/web/pid && echo 0 >$vkernels/mail/pid || fail "cannot detach"
rmdir $vkernels/{web,mail}/sched_params && rmmod vkernel_sched_params || fail "cannot unload"
! ls $proc/sched_$wake 2>/dev/null || fail "the file is left"
container_remove web
container_remove mail
wait
about "everybody" "$(count third)" "$stock"
rmdir $vkernels/web $vkernels/mail || fail "cannot remove"
group_remove third
unload_all || fail "cannot unload"
