#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: ctr run gives a container its vkernel through the wrapper runtime:
# proves: Docker's own profile as ours, from the program's first call on; ctr tasks
# proves: exec is covered; an annotation chooses another profile, for one of two at a
# proves: time; the configuration in contrib/ is containerd's
# kernels: all
# long
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
run_in other "$path" -d -- /bin/again /tmp/again || fail "other does not start"
equal "vkernels" "$(vkernels_now)" 2
call_in() { ctr tasks exec --exec-id "try$2" "$1" /bin/call x64 "${@:2}"; }
is_stopped() { ctr tasks ls | grep -q "^$1 .*STOPPED"; }
equal "exec" "$(call_in web 83 /tmp/x 0755)" EPERM
equal "exec, a call by no profile" "$(call_in web 248 0 0 0 0 0)" EPERM
equal "another one's exec, by another profile" "$(call_in other 83 /tmp/x 0755)" 0
id=$(cat "$vkernels/web/id")
ctr tasks kill -s SIGKILL web
wait_until 20 is_stopped web || fail "web: not stopped"
ctr tasks rm web >/dev/null && ctr tasks start -d web || fail "web does not start again"
[ "$(cat "$vkernels/web/id")" != "$id" ] || fail "started again with the old vkernel"
equal "exec, started again" "$(call_in web 83 /tmp/y 0755)" EPERM
for name in web other; do
	ctr tasks kill -s SIGKILL $name
	wait_until 20 is_stopped $name || fail "$name: not stopped"
	ctr tasks rm $name >/dev/null; ctr containers rm $name
done
wait_until 20 no_vkernel || fail "removed, and still there: $(vkctl ls)"
pkill containerd
engines_unload
