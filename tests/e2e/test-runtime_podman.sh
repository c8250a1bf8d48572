#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: podman run gives a container the vkernel that an annotation asks for, by
# proves: a file in hooks.d, with crun and runc: Docker's own profile as ours, from
# proves: the program's first call on; podman exec is covered
# root: engines
# mem: 3G
# timeout: 900

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

engines_prepare
mkdir -p /tmp/hooks.d
for stage in createRuntime poststop; do
	cat >/tmp/hooks.d/$stage.json <<-END
	{
	  "version": "1.0.0",
	  "hook": { "path": "/usr/bin/vkctl", "args": ["vkctl", "oci-hook", "$stage"], "timeout": 60 },
	  "when": { "annotations": { "^org\\\\.vkernel\\\\.profile$": ".*" } },
	  "stages": ["$stage"]
	}
	END
done

pod()
{
	podman --cgroup-manager=cgroupfs --events-backend=none --storage-driver=vfs \
		--hooks-dir=/tmp/hooks.d --log-level=error "$@"
}

# run_with RUNTIME PROFILE [OPTION...] -- PROGRAM...
run_with()
{
	local runtime=$1 profile=$2 options program
	shift 2

	split "$@"
	[ "$profile" = '' ] || options+=(--annotation "org.vkernel.profile=$profile")
	pod --runtime "$runtime" run --network none \
		--security-opt seccomp=unconfined "${options[@]}" image "${program[@]}"
}

pod import /tmp/image.tar image >/dev/null 2>&1 || fail "no image"
for runtime in crun runc; do
	echo "-- $runtime"
	equal "denied" "$(status run_with $runtime default --rm -- /bin/firstkey)" $denied
	no_vkernel || fail "poststop left $(vkctl ls)"
	equal "control: not asked for" "$(status run_with $runtime '' --rm -- /bin/firstkey)" $allowed
	equal "Docker's own profile allows the rest" \
		"$(status run_with $runtime default --rm -- /bin/first)" 0
	status run_with $runtime none --rm -- /bin/true >/tmp/status
	[ "$(cat /tmp/status)" != 0 ] || fail "it started without its profile"
	run_with $runtime web -d --name web -- /bin/again /tmp/again >/dev/null ||
		fail "web does not start"
	equal "vkernels" "$(vkernels_now)" 1
	equal "podman exec" "$(pod --runtime $runtime exec web /bin/call x64 83 /tmp/x 0755)" EPERM
	equal "podman exec, a call by no profile" \
		"$(pod --runtime $runtime exec web /bin/call x64 248 0 0 0 0 0)" EPERM
	pod --runtime $runtime rm -f -t 0 web >/dev/null || fail "cannot remove"
	wait_until 20 no_vkernel || fail "removed, and still there: $(vkctl ls)"
done
engines_unload
