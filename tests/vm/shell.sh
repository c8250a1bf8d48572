#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What "make shell" runs in the guest: hookcore, vkernel and the plugins of
# PLUGINS loaded, and a prompt.

[ -z "${VM_ROWS:-}" ] || stty rows "$VM_ROWS" cols "$VM_COLUMNS"
modprobe hookcore && modprobe vkernel
for plugin in $PLUGINS; do
	modprobe "vkernel_$plugin"
done
mkdir -p /root
cat >/root/.bashrc <<'EOF'
export PATH=$PATH:/vk/programs
PS1='vkernel:\w\$ '
. /vk/container.sh
EOF
cat <<EOF

Linux $(uname -r) with: $(lsmod | awk '$1 ~ /^(hookcore|vkernel)/ { print $1 }' | paste -sd' ')
  hooks       cat /sys/kernel/debug/hookcore/hooks
  vkernels    ls /sys/kernel/config/vkernel
  helpers     container_bundle, container_create, vkernel_make, ... (/vk/container.sh)
  the demo    /vk/demo.sh
Nothing that you do here outlives it; leave with "exit".

EOF
cd /root && exec bash -i
