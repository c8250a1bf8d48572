#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: from crun run to the program's first act it takes, in guest
# proves: instructions, little more with a vkernel than without; what a
# proves: profile came to is kept, but never taken for another one's
# not-debug: its limits are for kernels as they are shipped
# root: engines
# bring: contrib
# smp: 1
# mem: 3G
# icount: 1
# timeout: 900

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

start_all 6
start_table busy
start_check 2

echo "-- a profile that has changed"
first() { status crun --cgroup-manager=cgroupfs run --bundle $bundles/ours ours; }
start_bundle ours "$start_hooks" /bin/firstkey
jq 'del(.linux.seccomp)' $bundles/ours/config.json >/tmp/config.json
mv /tmp/config.json $bundles/ours/config.json
equal "denied" "$(first)" $denied
sed -i 's/"SCMP_ACT_ERRNO"/"SCMP_ACT_ALLOW"/' /etc/vkernel/profiles/default.json
equal "it is asked anew" "$(first)" $allowed
engines_unload
