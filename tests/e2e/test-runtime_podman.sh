#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: podman run gives a container the vkernel that an annotation asks for, by
# proves: the files of contrib/ in Podman's own hooks.d, with crun and runc: Docker's
# proves: own profile as ours, from the program's first call on; two containers have
# proves: different ones at a time; podman exec is covered, a restart gets a new one,
# proves: kill leaves nothing; changed as contrib/ says, they give all a default
# kernels: all
# long
# root: engines
# bring: contrib
# mem: 3G
# timeout: 900

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

engines_prepare
hooks=/usr/share/containers/oci/hooks.d
mkdir -p $hooks && cp /vk/contrib/oci-hooks.d/*.json $hooks/ || fail "no hooks"

pod()
{
	podman --cgroup-manager=cgroupfs --events-backend=none --storage-driver=vfs \
		--log-level=error "$@"
}

one()
{
	[ "$(vkernels_now)" = 1 ]
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
	first=$(the_vkernel)
	run_with $runtime default -d --name plain -- /bin/again /tmp/again >/dev/null ||
		fail "plain does not start"
	equal "two at a time" "$(vkernels_now)" 2
	run_in() { pod --runtime $runtime exec "$1" /bin/call x64 "${@:2}"; }
	equal "podman exec" "$(run_in web 83 /tmp/x 0755)" EPERM
	equal "podman exec in the other" "$(run_in plain 83 /tmp/x 0755)" 0
	equal "podman exec, a call by no profile" "$(run_in web 248 0 0 0 0 0)" EPERM
	equal "nor by the other" "$(run_in plain 248 0 0 0 0 0)" EPERM
	id=$(cat $vkernels/"$first"/id)
	pod --runtime $runtime restart -t 1 web >/dev/null || fail "cannot restart"
	equal "after a restart" "$(vkernels_now)" 2
	[ "$(cat $vkernels/"$first"/id)" != "$id" ] || fail "a restart does not get a new one"
	equal "podman exec, after it" "$(run_in web 83 /tmp/y 0755)" EPERM
	pod --runtime $runtime kill plain >/dev/null || fail "cannot kill"
	wait_until 20 one || fail "killed, and still there: $(vkctl ls)"
	pod --runtime $runtime rm -f -t 0 web plain >/dev/null || fail "cannot remove"
	wait_until 20 no_vkernel || fail "removed, and still there: $(vkctl ls)"
done

echo "-- a default for every container"
for file in "$hooks"/vkernel*.json; do
	jq '.when = { always: true } | .hook.args |=
		map(if . == "--required" then "--default-profile=default" else . end)' \
		"$file" >/tmp/hook.json && cp /tmp/hook.json "$file" || fail "no hooks"
done
runtime=crun
equal "denied" "$(status run_with $runtime '' --rm -- /bin/firstkey)" $denied
equal "it allows the rest" "$(status run_with $runtime '' --rm -- /bin/first)" 0
equal "an annotation comes first" "$(status run_with $runtime web --rm -- /bin/first)" $denied
engines_unload
