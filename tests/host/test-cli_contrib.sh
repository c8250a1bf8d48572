#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what lies in contrib/ is what it should be: profiles that vkctl takes,
# proves: hooks and runtimes with options that it has, JSON, TOML and YAML

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

cd "$TOP/contrib"
for profile in profiles/*.json; do
	run 0 "$VKCTL" check "$profile" && echo "ok: $profile"
done
echo '{ "id": "none-such" }' >"$work/state"
for hook in oci-hooks.d/*.json; do
	mapfile -t words < <(python3 -c '
import json, re, sys
hook = json.load(open(sys.argv[1]))
# What oci-hooks(5) knows, of which Podman and CRI-O read one version.
assert set(hook) == {"version", "hook", "when", "stages"} and hook["version"] == "1.0.0"
assert set(hook["hook"]) <= {"path", "args", "env", "timeout"} and hook["hook"]["path"][0] == "/"
assert set(hook["when"]) <= {"always", "annotations", "commands", "hasBindMounts"}
assert set(hook["stages"]) <= {"prestart", "createRuntime", "createContainer",
    "startContainer", "poststart", "poststop"}
[pattern] = hook["when"]["annotations"]
assert re.search(pattern, "org.vkernel.profile")
assert not re.search(pattern, "org.vkernel.on-failure")
assert [hook["hook"]["args"][-1]] == hook["stages"]
print("\n".join(hook["hook"]["args"]))' "$hook")
	[ "${words[0]}" = vkctl ] || { echo "FAIL: $hook"; failures=$((failures + 1)); }
	# No container, so that createRuntime has nothing to go by.
	wanted=$([ "${words[-1]}" = poststop ]; echo $?)
	run "$wanted" "$VKCTL" "${words[@]:1}" <"$work/state" && echo "ok: $hook"
done
while read -r option; do
	run 0 "$VKCTL" runtime "$option" --vkernel-runtime=true && echo "ok: $option"
done < <(python3 -c '
import json
data = json.load(open("docker/daemon.json"))
assert data["default-runtime"] in data["runtimes"]
for runtime in data["runtimes"].values():
    print("\n".join(runtime["runtimeArgs"]))')
python3 -c '
import tomllib
data = tomllib.load(open("containerd/config.toml", "rb"))
runtime = data["plugins"]["io.containerd.grpc.v1.cri"]["containerd"]["runtimes"]["vkernel"]
assert runtime["runtime_type"] == "io.containerd.runc.v2"
print("ok: containerd/config.toml")'
python3 -c '
import yaml
for name in ("runtimeclass", "pod", "modules"):
    data = yaml.safe_load(open(f"kubernetes/{name}.yaml"))
    assert data["apiVersion"] and data["kind"] and data["metadata"]["name"]
    print(f"ok: kubernetes/{name}.yaml")' || failures=$((failures + 1))
finish
