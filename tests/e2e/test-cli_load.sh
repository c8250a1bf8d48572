#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the line of vkernel.service loads the plugins that vkernel.conf names, in its
# proves: order; one that does not load is said, with its module's reason, and stands in
# proves: no other's way; so are a name that is none, one whose function is probed, a
# proves: kernel without the modules or locked down, and what is in use when all is to be
# proves: unloaded
# root: logs
# bring: contrib

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

conf=/etc/vkernel/vkernel.conf
unit=/lib/systemd/system/vkernel.service
install -m 755 /vk/vkernel-load /usr/sbin/
install -D -m 644 /vk/contrib/vkernel.conf $conf
install -m 644 /vk/contrib/systemd/vkernel.service $unit
systemd-analyze verify --man=no $unit || fail "not a unit"
sed 's/^ExecStart=.*/ExecStart=none/' $unit >/tmp/none.service
systemd-analyze verify --man=no /tmp/none.service 2>/dev/null && fail "verify takes anything"
read -ra start < <(sed -n 's/^ExecStart=//p' $unit)

# outcome STATUS WHAT COMMAND...: it ends so; what it says is in /tmp/said.
outcome()
{
	local status=0

	"${@:3}" >/tmp/said 2>&1 || status=$?
	cat /tmp/said
	equal "$2: status" "$status" "$1"
}

loaded()
{
	sed -n 's/^\(\(vkernel\|hookcore\)[^ ]*\) .*/\1/p' /proc/modules | sort | paste -sd' '
}

echo "-- as it is installed"
outcome 0 "start" "${start[@]}"
equal "said" "$(cat /tmp/said)" \
	"vkernel-load: vkernel_syscall is loaded
vkernel-load: vkernel_log is loaded"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log vkernel_syscall"
outcome 0 "start again" "${start[@]}"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log vkernel_syscall"

echo "-- in use"
mkdir $vkernels/web $vkernels/web/syscall
outcome 1 "stop" vkernel-load stop
grep -q "vkernel-load: .*vkernel_syscall is in use" /tmp/said || fail "not said"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_syscall"
rmdir $vkernels/web/syscall $vkernels/web
outcome 0 "stop" vkernel-load stop
equal "loaded" "$(loaded)" ""
outcome 0 "stop again" vkernel-load stop

echo "-- some cannot be loaded"
printf '%s\n' 'sched # not with that parameter' nonsense '' '# a remark' ' mm' 'syscall twice' >$conf
# Without its end.
printf log >>$conf
mkdir -p /etc/modprobe.d
echo "options vkernel_sched guard_max_us=999" >/etc/modprobe.d/sched.conf
outcome 1 "start" "${start[@]}"
sed 's/ than the least guard.*/ .../' /tmp/said >/tmp/short
equal "said" "$(cat /tmp/short)" \
	"vkernel-load: vkernel_sched cannot be loaded: ERROR: could not insert 'vkernel_sched': Invalid argument
  vkernel_sched: not loaded: guard_max_us=999 is less ...
vkernel-load: $conf:2: no plugin \"nonsense\"; there are: syscall log mm sched sched_params
vkernel-load: vkernel_mm is loaded
vkernel-load: $conf:6: \"twice\" behind the plugin's name
vkernel-load: vkernel_log is loaded"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log vkernel_mm"
rm /etc/modprobe.d/sched.conf
echo sched >$conf
outcome 0 "another plugin, later" "${start[@]}"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log vkernel_mm vkernel_sched"
outcome 0 "stop" vkernel-load stop

echo "-- a kprobe where a plugin hooks"
tracing=/sys/kernel/tracing
printf '%s\n' syscall log >$conf
outcome 0 "start" "${start[@]}"
site=$(sed -n 's/^x64_sys_call .*site=\(x64_sys_call+0x[0-9a-f]*\).*/\1/p' /sys/kernel/debug/hookcore/hooks)
[ -n "$site" ] || fail "the list of hooks does not say where"
outcome 0 "stop" vkernel-load stop
echo "p:taken $site" >$tracing/kprobe_events || fail "no kprobe"
echo 1 >$tracing/events/kprobes/taken/enable
outcome 1 "start" "${start[@]}"
grep -q "^vkernel-load: vkernel_syscall cannot be loaded: " /tmp/said || fail "not said"
grep -q "^  .*vkernel_syscall: cannot hook x64_sys_call: kprobe in the window" /tmp/said ||
	fail "the reason is not said"
grep -qx "vkernel-load: vkernel_log is loaded" /tmp/said || fail "it stands in another's way"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log"
echo 0 >$tracing/events/kprobes/taken/enable
echo >$tracing/kprobe_events
outcome 0 "control: without the kprobe" "${start[@]}"
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_log vkernel_syscall"
outcome 0 "stop" vkernel-load stop

echo "-- used wrongly"
outcome 2 "no word" vkernel-load
outcome 2 "another word" vkernel-load restart
rm $conf
outcome 1 "no configuration" "${start[@]}"
equal "said" "$(cat /tmp/said)" "vkernel-load: $conf cannot be read"

echo "-- a kernel without the modules"
echo log >$conf
mount -t tmpfs tmpfs "/usr/lib/modules/$(uname -r)"
outcome 1 "start" "${start[@]}"
equal "said" "$(cat /tmp/said)" \
	"vkernel-load: hookcore is not built for kernel $(uname -r): dkms status
vkernel-load: no plugin is loaded"
umount "/usr/lib/modules/$(uname -r)"
outcome 0 "with them" "${start[@]}"
outcome 0 "stop" vkernel-load stop

echo "-- a kernel that is locked down"
mount -t securityfs securityfs /sys/kernel/security
echo integrity >/sys/kernel/security/lockdown || fail "cannot lock it down"
outcome 1 "start" "${start[@]}"
grep -q "hookcore cannot be loaded: .*not permitted\|rejected" /tmp/said || fail "not said"
equal "loaded" "$(loaded)" ""
