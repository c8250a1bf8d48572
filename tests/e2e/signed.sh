#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guests of deb_signed, by the word it is given: "enforce" has no firmware,
# "before" and "after" have Secure Boot, before and after the key is enrolled.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"

# Where shim shows the kernel what the machine's owner has enrolled with it.
mok=/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23

# rejected MODULE WHAT
rejected()
{
	dmesg -C
	refused "Key was rejected by service" insmod "$1"
	dmesg | grep -q "Loading of $2 is rejected" || fail "not said: $(dmesg)"
}

# shut_out: neither unsigned, nor signed by whom the kernel does not know.
shut_out()
{
	rejected /vk/unsigned.ko "unsigned module"
	rejected /vk/signed.ko "module with unavailable key"
	# Control: what Debian has signed.
	modprobe dummy || fail "nothing loads"
}

locked_down()
{
	mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
	equal "lockdown" "$(cat /sys/kernel/security/lockdown)" "none [integrity] confidentiality"
}

enrol()
{
	modprobe efivarfs && mount -t efivarfs efivarfs "${mok%/*}" || fail "no variables"
	cat /vk/mok >$mok || fail "cannot enrol the key"
}

# works: signed, and under lockdown.
works()
{
	dmesg | grep -i "loaded x.509 cert 'DKMS" || fail "the kernel does not know the key"
	rejected /vk/unsigned.ko "unsigned module"
	modprobe -a hookcore vkernel vkernel_syscall || fail "they do not load"
	/vk/vkctl doctor >/tmp/doctor
	cat /tmp/doctor
	grep -q '^good  *lockdown  *for integrity' /tmp/doctor &&
		grep -q '^unknown  *hook points  *lockdown keeps' /tmp/doctor || fail "the doctor's word"
	container_bundle web /bin/call x64 83 /made 0755
	container_create web
	vkernel_make web "x64 83 EPERM" && vkernel_arm web web && container_start web &&
		container_wait web || fail "no vkernel"
	equal "denied" "$(container_output web)" EPERM
	container_end web
	unload_all || fail "cannot unload"
}

case $1 in
enforce) shut_out ;;
before) locked_down && shut_out && enrol ;;
after) locked_down && works ;;
esac
