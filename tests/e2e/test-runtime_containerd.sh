#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: ctr run gives a container its vkernel through the wrapper runtime:
# proves: Docker's own profile as ours, from the program's first call on; ctr tasks
# proves: exec is covered; an annotation chooses another profile; the configuration
# proves: in contrib/ is containerd's
# root: engines
# bring: contrib
# mem: 3G
# timeout: 900

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

engines_prepare
# What contrib/ has for containerd: a program without arguments, which ctr wants as
# well, and what the daemon makes of the configuration.
install -m 755 /vk/contrib/containerd/vkernel-runc-default /usr/local/bin/
path=$(containerd --config /vk/contrib/containerd/config.toml config dump |
	sed -n '/runtimes.vkernel.options\]/,/^$/s/^ *BinaryName = "\(.*\)"/\1/p')
equal "containerd takes the configuration" "$path" /usr/local/bin/vkernel-runc-default
containerd >/tmp/containerd.log 2>&1 &
containerd_up() { ctr version >/dev/null 2>&1; }
wait_until 60 containerd_up || fail "no containerd: $(tail -n 5 /tmp/containerd.log)"

# run_in NAME BINARY [OPTION...] -- PROGRAM...
run_in()
{
	local name=$1 binary=$2 options program
	shift 2

	split "$@"
	rm -rf "/tmp/root-$name"
	cp -a /tmp/image "/tmp/root-$name"
	ctr run --runc-binary "$binary" "${options[@]}" --rootfs "/tmp/root-$name" "$name" "${program[@]}"
}

equal "denied" "$(status run_in one "$path" --rm -- /bin/firstkey)" $denied
no_vkernel || fail "poststop left $(vkctl ls)"
equal "control: without a vkernel" "$(status run_in one runc --rm -- /bin/firstkey)" $allowed
equal "Docker's own profile allows the rest" \
	"$(status run_in one "$path" --rm -- /bin/first)" 0
run_in web "$path" -d --annotation org.vkernel.profile=web -- \
	/bin/again /tmp/again || fail "web does not start"
equal "vkernels" "$(vkernels_now)" 1
try_exec() { ctr tasks exec --exec-id "try$1" web /bin/call x64 "${@:2}"; }
equal "exec" "$(try_exec 1 83 /tmp/x 0755)" EPERM
equal "exec, a call by no profile" "$(try_exec 2 248 0 0 0 0 0)" EPERM
ctr tasks kill -s SIGKILL web
wait_until 20 sh -c 'ctr tasks ls | grep -q STOPPED' || fail "not stopped"
ctr tasks rm web >/dev/null; ctr containers rm web
wait_until 20 no_vkernel || fail "removed, and still there: $(vkctl ls)"
pkill containerd
engines_unload
