#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the rules that vkctl makes of Docker's and of Podman's own profiles, and
# proves: of generated ones, decide each call as libseccomp's filter does, on all
# proves: three ABIs, also where that compares what a mask has left over; what
# proves: libseccomp refuses is refused; a changed rule is found
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

# libseccomp 2.5 shares the last comparison of the first argument between ways on
# which some bits of another one were looked at last.
cat >"$work/shared.json" <<'END'
{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
  { "names": ["recvmsg"], "action": "SCMP_ACT_KILL", "args": [
    { "index": 0, "op": "SCMP_CMP_LT", "value": 4294967295 },
    { "index": 2, "op": "SCMP_CMP_MASKED_EQ", "value": 25769803777, "valueTwo": 0 },
    { "index": 4, "op": "SCMP_CMP_LE", "value": 2147483647 } ] },
  { "names": ["recvmsg"], "action": "SCMP_ACT_KILL", "args": [
    { "index": 0, "op": "SCMP_CMP_GT", "value": 2147483648 } ] } ] }
END
python3 "$TOP/tests/host/seccomp.py" "$VKCTL" "$work/shared.json"

python3 "$TOP/tests/host/seccomp.py" "$VKCTL" --random "${SECCOMP_PROFILES:-30}" 1
