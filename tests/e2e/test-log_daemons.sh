#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: journald, rsyslog, klogd and util-linux's dmesg, as Debian has them, read their
# proves: container's kernel log and nothing else; journald misses no message
# kernels: all-long
# root: logs
# append: printk.devkmsg=on
# timeout: 1800

# shellcheck source=tests/e2e/log.sh
. "$(dirname "$0")/log.sh"

journald=$(readlink -f /lib/systemd/systemd-journald)
modules=$(dirname "$(find /usr/lib -name imklog.so)")
log_load || fail "modules do not load"
for name in a b; do
	log_vkernel $name && log_bundle $name || fail "no bundle"
done
root=$bundles/a/rootfs
log_bring a "$journald" /usr/bin/journalctl /usr/sbin/rsyslogd \
	"$modules"/{imklog,lm*}.so /usr/bin/dmesg
mkdir -p "$root"/{etc,run/log/journal,run/systemd/journal,var/log,var/spool/rsyslog,root}
mv "$root/usr/bin/dmesg" "$root/bin/dmesg-ul"
# journald wants to know whose control group it is in.
sed -i 's|{ "destination": "/dev", .*|&, { "destination": "/sys/fs/cgroup", "type": "bind", "source": "/sys/fs/cgroup", "options": [ "rbind", "ro" ] }|' \
	$bundles/a/config.json
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
cat >"$root/etc/rsyslog.conf" <<-'END'
	module(load="imklog" permitnonkernelfacility="on")
	*.* action(type="omfile" file="/var/log/kern.log")
END
for name in a b; do
	container_create $name && vkernel_arm $name $name &&
		container_start $name || fail "cannot start $name"
done

in_journal()
{
	inside a /usr/bin/journalctl --no-pager -q -o cat _TRANSPORT=kernel
}

# missed: how often journald has said that it missed messages.
missed()
{
	inside a /usr/bin/journalctl --no-pager -q -o cat | grep -ci missed
}

has_missed()
{
	[ "$(missed)" -ge 1 ]
}

# lines FILE: which of a's numbered lines are there? "FIRST LAST HOW-MANY"
lines()
{
	sed -n 's/.*a-line \([0-9]*\)$/\1/p' "$1" | awk '
		NR == 1 { first = $1 }
		{ last = $1 }
		END { print first, last, NR }'
}

all_have_read()
{
	grep -q 'a-line 299$' "$root/var/log/kern.log" &&
		grep -q 'a-line 299$' "$root/followed" &&
		in_journal | grep -q 'a-line 299$'
}

echo "-- while a, b and the host write"
inside a "$journald >/journald 2>&1 & /usr/sbin/rsyslogd -n -i /run/rsyslog.pid >/rsyslogd 2>&1 & dmesg-ul -w >/followed 2>&1 &" >/dev/null
wait_until 30 test -e "$root/run/systemd/journal/socket" || fail "no journald: $(cat "$root/journald")"
wait_until 30 test -e "$root/run/rsyslog.pid" || fail "no rsyslogd: $(cat "$root/rsyslogd")"
inside b "busybox syslogd -n -O /messages & busybox klogd -n &" >/dev/null
wait_until 30 pgrep -f '^busybox klogd' >/dev/null || fail "no klogd"
inside_begin b klog flood b-line 300
"$programs/klog" flood host-line 300 &
inside a klog flood a-line 300
wait $!
wait_until 20 all_have_read || fail "journal: $(in_journal | tail -n 2), rsyslog: $(tail -n 2 "$root/var/log/kern.log"), dmesg -w: $(tail -n 2 "$root/followed")"
klogd_has_read()
{
	grep -q 'b-line 299$' $bundles/b/rootfs/messages
}
wait_until 20 klogd_has_read || fail "klogd: $(tail -n 2 $bundles/b/rootfs/messages)"
equal "klogd: its own" "$(lines <(sed s/b-line/a-line/ $bundles/b/rootfs/messages))" "0 299 300"
equal "klogd: others'" "$(grep -cE '(a|host)-line' $bundles/b/rootfs/messages)" 0
in_journal >/tmp/journal
inside a dmesg-ul >/tmp/dmesg
for file in /tmp/journal "$root/var/log/kern.log" "$root/followed" /tmp/dmesg; do
	equal "${file##*/}: its own" "$(lines "$file")" "0 299 300"
	equal "${file##*/}: others'" "$(grep -cE '(b|host)-line' "$file")" 0
done
equal "missed" "$(missed)" 0

echo "-- once around the ring while journald is away"
pid=$(pgrep -f "^$journald")
kill -STOP "$pid"
inside a klog flood a-more 10
"$programs/klog" flood host-line 20
kill -CONT "$pid"
wait_until 30 eval 'in_journal | grep -q "a-more 9$"' || fail "journald: $(in_journal | tail -n 1)"
kill -STOP "$pid"
# Others' records push nothing of its own out that it has not read.
"$programs/klog" flood host-line 6000
kill -CONT "$pid"
inside a klog write a-end
wait_until 30 eval 'in_journal | grep -q "a-end$"' || fail "journald: $(in_journal | tail -n 1)"
equal "missed" "$(missed)" 0
kill -STOP "$pid"
inside a klog flood a-flood 6000
kill -CONT "$pid"
wait_until 20 has_missed ||
	fail "what is lost is not missed: this proves nothing"
echo "ok: of its own it says so"

echo "-- detached: dmesg -w ends"
pgrep -f '^dmesg-ul' >/dev/null || fail "it has ended already"
echo 0 >$vkernels/a/pid || fail "cannot detach"
wait_until 20 eval '! pgrep -f "^dmesg-ul" >/dev/null' || fail "dmesg -w sleeps on"
echo "ok: it ends"

for name in a b; do
	container_remove $name
	echo 0 >$vkernels/$name/pid 2>/dev/null
	wait_until 10 eval "! vkernel_is $name active" || fail "$name lives"
	rmdir $vkernels/$name/log $vkernels/$name
done
unload_all || fail "cannot unload"
