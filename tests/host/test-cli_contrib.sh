#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what lies in contrib/ is what it should be: profiles that vkctl takes,
# proves: hooks and runtimes with options that it has, JSON, TOML and YAML whose names,
# proves: labels and annotations fit together

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
# One that is misspelt, too: the hook says so, and the container does not start.
for name in ("profile", "profle", "on-failure", "syscall.deny", "syscal.deny"):
    assert re.search(pattern, "org.vkernel." + name), name
for name in ("org.other.profile", "org.vkernels.profile", "x.org.vkernel.profile"):
    assert not re.search(pattern, name), name
assert [hook["hook"]["args"][-1]] == hook["stages"]
print("\n".join(hook["hook"]["args"]))' "$hook")
	[ "${words[0]}" = vkctl ] || { echo "FAIL: $hook"; failures=$((failures + 1)); }
	# No container, so that createRuntime has nothing to go by.
	wanted=$([ "${words[-1]}" = poststop ]; echo $?)
	run "$wanted" "$VKCTL" "${words[@]:1}" <"$work/state" && echo "ok: $hook"
done
python3 -c '
import json
data = json.load(open("docker/daemon.json"))
assert data["default-runtime"] in data["runtimes"]
for runtime in data["runtimes"].values():
    assert runtime["path"] == "/usr/bin/vkernel-runc"
    print("\n".join(runtime["runtimeArgs"]))' >"$work/options"
while read -r option; do
	run 0 "$VKCTL" runtime "$option" --vkernel-runtime=true && echo "ok: $option"
done <"$work/options"
# What must fit together: names, labels and annotations across the files, as the API
# server and containerd compare them.
python3 -c '
import fnmatch, os, re, tomllib, yaml
def load(name):
    data = yaml.safe_load(open(f"kubernetes/{name}.yaml"))
    label = data["metadata"]["name"]
    assert re.fullmatch("[a-z0-9]([-a-z0-9]*[a-z0-9])?", label), label
    return data, (data["apiVersion"], data["kind"])
cri = tomllib.load(open("containerd/config.toml", "rb"))
runtimes = cri["plugins"]["io.containerd.grpc.v1.cri"]["containerd"]["runtimes"]
classed, kind = load("runtimeclass")
assert kind == ("node.k8s.io/v1", "RuntimeClass")
assert set(classed) <= {"apiVersion", "kind", "metadata", "handler", "scheduling", "overhead"}
runtime = runtimes[classed["handler"]]
assert runtime["runtime_type"] == "io.containerd.runc.v2"
program = os.path.basename(runtime["options"]["BinaryName"])
assert os.access(f"containerd/{program}", os.X_OK)
pod, kind = load("pod")
assert kind == ("v1", "Pod") and pod["spec"]["runtimeClassName"] == classed["metadata"]["name"]
for key, value in pod["metadata"]["annotations"].items():
    assert isinstance(value, str)
    for passed in ("pod_annotations", "container_annotations"):
        assert any(fnmatch.fnmatch(key, pattern) for pattern in runtime[passed]), key
daemons, kind = load("modules")
assert kind == ("apps/v1", "DaemonSet")
template = daemons["spec"]["template"]
wanted = daemons["spec"]["selector"]["matchLabels"].items()
assert wanted and wanted <= template["metadata"]["labels"].items()
for spec in (pod["spec"], template["spec"]):
    for container in spec["containers"]:
        assert set(container) <= {"name", "image", "command", "securityContext"}
        assert container["name"] and container["image"]
for selector in (classed["scheduling"]["nodeSelector"], template["spec"]["nodeSelector"]):
    assert all(isinstance(value, str) for value in selector.values()), selector
print("ok: kubernetes/*.yaml, containerd/config.toml")'
finish
