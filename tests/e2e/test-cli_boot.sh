#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: systemd, started as the first process of a machine of its own, loads with
# proves: vkernel.service what vkernel.conf names before Docker's service starts; what
# proves: does not load is in the unit's status, and neither that nor a kernel without
# proves: the modules keeps anything else from starting; enabled and disabled as the
# proves: documents say
# long
# root: logs
# bring: contrib
# bring: docs
# timeout: 900

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/blocks.sh
. "$(dirname "$0")/blocks.sh"

page=/vk/docs/operating.md
units=/etc/systemd/system
install -m 755 /vk/vkernel-load /usr/sbin/
install -D -m 644 /vk/contrib/vkernel.conf /etc/vkernel/vkernel.conf
install -m 644 /vk/contrib/systemd/vkernel.service /lib/systemd/system/

# unit NAME COMMAND [UNIT]: a service that does that when the machine boots, behind
# those units.
unit()
{
	cat >$units/"$1".service <<END
[Unit]
After=${3:-}
[Service]
Type=oneshot
ExecStart=/bin/sh -c "$2"
[Install]
WantedBy=multi-user.target
END
}

# In place of Docker: who is there when it starts? And one that ends the machine.
unit docker 'grep -o ^vkernel_[a-z]* /proc/modules | sort >/tmp/docker'
unit end 'systemctl --no-pager -l status vkernel >/tmp/status; systemctl --no-block exit' \
	"docker.service operator.service vkernel.service"
# And who enables it, once: the first time the machine boots.
block $page Install 3 >/root/install
unit operator 'bash -e /root/install >/tmp/operator 2>&1; rm /root/install' docker.service
systemctl enable docker operator end || fail "cannot enable"
ln -sf /lib/systemd/system/multi-user.target $units/default.target

# boot WHAT: until "end" ends it. What Docker's service has seen is in /tmp/docker.
boot()
{
	echo "-- $1"
	rm -f /tmp/docker /tmp/status
	mkdir -p /sys/fs/cgroup/machine
	(
		echo $BASHPID >/sys/fs/cgroup/machine/cgroup.procs
		exec timeout -k 5 240 unshare --pid --fork --mount --mount-proc --cgroup --uts --ipc \
			env container=vk /lib/systemd/systemd --show-status=no --log-target=console
	) >/tmp/boot 2>&1
	[ -e /tmp/status ] || { cat /tmp/boot; fail "it does not boot"; }
	cat /tmp/status
}

boot "as the documents have it enabled"
cat /tmp/operator
grep -q "Active: active (exited)" /tmp/operator || fail "it does not say so"
grep -q "Active: active (exited)" /tmp/status || fail "the service has failed"
equal "loaded when Docker starts" "$(paste -sd' ' /tmp/docker)" ""
vkernel-load stop || fail "does not unload"
SYSTEMD_OFFLINE=1 systemctl disable operator || fail "cannot disable"

boot "all is well"
grep -q "Active: active (exited)" /tmp/status || fail "the service has failed"
equal "loaded when Docker starts" "$(paste -sd' ' /tmp/docker)" "vkernel_log vkernel_syscall"
vkernel-load stop || fail "does not unload"

mkdir -p /etc/modprobe.d
echo "options vkernel_sched guard_max_us=999" >/etc/modprobe.d/sched.conf
printf '%s\n' sched mm >/etc/vkernel/vkernel.conf
boot "one does not load"
grep -q "Active: failed" /tmp/status || fail "the service has not failed"
grep -q "vkernel_sched: not loaded: guard_max_us=999 is less" /tmp/status || fail "not said"
equal "loaded when Docker starts" "$(paste -sd' ' /tmp/docker)" vkernel_mm
vkernel-load stop || fail "does not unload"

mount -t tmpfs tmpfs "/usr/lib/modules/$(uname -r)"
boot "a kernel without the modules"
grep -q "Active: failed" /tmp/status || fail "the service has not failed"
grep -q "hookcore is not built for kernel $(uname -r)" /tmp/status || fail "not said"
equal "loaded when Docker starts" "$(paste -sd' ' /tmp/docker)" ""

SYSTEMD_OFFLINE=1 commands $page Remove 1 2 || fail "cannot disable"
equal "the service" "$(SYSTEMD_OFFLINE=1 systemctl is-enabled vkernel)" disabled
