#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the rules that vkctl makes of Docker's and of Podman's own profiles, and
# proves: of generated ones, decide each call as libseccomp's filter does, on all
# proves: three ABIs; what libseccomp refuses is refused; a changed rule is found
# timeout: 300

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

profiles=$("$VM_DIR/profiles")
for profile in "$profiles/docker.json" "$profiles/podman.json"; do
	python3 "$TOP/tests/host/seccomp.py" "$VKCTL" "$profile"
	python3 "$TOP/tests/host/seccomp.py" "$VKCTL" "$profile" \
		CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_AUDIT_WRITE
	python3 "$TOP/tests/host/seccomp.py" "$VKCTL" --control "$profile"
done
python3 "$TOP/tests/host/seccomp.py" "$VKCTL" --random "${SECCOMP_PROFILES:-30}" 1
