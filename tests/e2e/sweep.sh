# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests that hook many functions of the kernel at once. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

sweep=/sys/kernel/debug/hookcore_sweep

# What the kernel switches once for all when it has gathered enough randomness
# is not to be taken for ours. Nor that a host has stalled, and the kernel takes
# another clock for it (tsc=nowatchdog, where such tests append).
head -c 1 /dev/random >/dev/null

text()
{
	"$programs/kerneltext" | sha256sum
}

# sweep_answers REASON COLUMN: how many functions were answered so; column 1:
# with an ftrace site, 2: without.
sweep_answers()
{
	awk -v reason="$1" -v column="$2" '{
		n = $column; $1 = $2 = ""; sub(/^ */, "")
		if ($0 == reason || reason == "*") sum += n
	} END { print sum + 0 }' $sweep/table
}

# Everything at once: processes, files, memory, devices, signals, the network.
sweep_load_once()
{
	local i

	tar -C / -cf - etc bin 2>/dev/null | cksum >/dev/null
	find /proc /sys -maxdepth 4 -type f -name 's*' -perm -400 \
		! -path '/sys/kernel/*' ! -name '*kmsg*' ! -name 'sysrq*' \
		-exec timeout 1 head -c 4096 {} + >/dev/null 2>&1
	mkdir -p /tmp/load && mount -t tmpfs none /tmp/load
	for i in 1 2 3 4; do
		dd if=/dev/urandom of=/tmp/load/$i bs=64k count=8 2>/dev/null
		ln /tmp/load/$i /tmp/load/link$i
		mv /tmp/load/$i /tmp/load/moved$i
	done
	sync
	umount /tmp/load
	ls -lR /proc/self /dev >/dev/null 2>&1
	echo load | sed s/l/r/ | cat >/dev/null
	unshare --mount --pid --fork --net --ipc --uts true
	timeout 0.1 sleep 10
}

sweep_load()
{
	while :; do
		sweep_load_once
	done
}

# sweep_start: load on all CPUs until sweep_stop.
sweep_start()
{
	setsid "$programs/busy" 2 >/dev/null &
	sweep_loads=($!)
	sweep_load >/dev/null 2>&1 &
	sweep_loads+=($!)
}

sweep_stop()
{
	kill -TERM "-${sweep_loads[0]}" "${sweep_loads[1]}"
	wait "${sweep_loads[@]}" 2>/dev/null
	return 0
}

# sweep_cycle STEP FIRST SECONDS TEXT: hook them, let the load run, unhook them;
# TEXT is the sum of the kernel's text without hooks.
sweep_cycle()
{
	echo "$1 $2" >$sweep/hooks || fail "cannot hook: $(dmesg | grep 'cannot hook' | tail -n 1)"
	sleep "$3"
	read -r called relayed <$sweep/hits
	echo "hooked: $(cat $sweep/hooks), called: $called, $relayed of them by way of padding"
	[ "$called" -gt 0 ] || fail "no handler ran"
	[ "$(text)" != "$4" ] || fail "no text has changed: the comparison proves nothing"
	echo 0 >$sweep/hooks || fail "cannot unhook"
}
