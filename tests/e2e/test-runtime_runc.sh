#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: runc and crun without an engine: with the hooks of contrib/ put into the
# proves: bundle where an annotation matches, as CRI-O does it; by the wrapper; by
# proves: hand between create and start: judged from the first call, also by exec,
# proves: and gone with the container, killed for its memory too; two at once, each by
# proves: its own profile; a fresh one at each start; OCI hooks that run inside are
# proves: judged as well. A bundle's seccomp filter stays in force
# proves: beside the vkernel: each denies alone, and where both would, seccomp does
# kernels: all
# long
# root: engines
# bring: contrib
# timeout: 1200
# log-allow: Call Trace:
# log-allow: Memory cgroup out of memory

# shellcheck source=tests/e2e/engines.sh
. "$(dirname "$0")/engines.sh"

# real WORD...: the runtime that is tried; wrapped OPTION WORD...: by ours.
real()
{
	if [ "$runtime" = crun ]; then
		crun --cgroup-manager=cgroupfs "$@"
	else
		runc "$@"
	fi
}

wrapped()
{
	local option=$1
	shift

	[ "$runtime" = runc ] || set -- --cgroup-manager=cgroupfs "$@"
	vkernel-runc "--vkernel-runtime=$runtime" "$option" "$@"
}

# change NAME FILTER [OPTION...]: of jq, on the bundle's config.json.
change()
{
	local config=$bundles/$1/config.json filter=$2
	shift 2

	jq "$@" "$filter" "$config" >/tmp/config.json && mv /tmp/config.json "$config" ||
		fail "cannot change $config"
}

# annotate NAME KEY VALUE
annotate()
{
	# shellcheck disable=SC2016 # jq's variables, not the shell's
	change "$1" '.annotations += { ($key): $value }' --arg key "$2" --arg value "$3"
}

# inject NAME: each hook of contrib/ whose annotations match some of the bundle's,
# as oci-hooks(5) says.
# shellcheck disable=SC2016 # jq's variables, not the shell's
inject()
{
	change "$1" '
		(.annotations // {} | to_entries) as $have |
		def fits: .when.annotations | to_entries | all(.[]; . as $want | $have |
			any(.[]; (.key | test($want.key)) and (.value | test($want.value))));
		reduce ($files[] | select(fits)) as $file (.;
			reduce $file.stages[] as $stage (.; .hooks[$stage] += [$file.hook]))' \
		--slurpfile files <(cat /vk/contrib/oci-hooks.d/*.json)
}

run_one()
{
	rm -rf "$bundles/$1/rootfs/made-by-first"
	status real run --bundle "$bundles/$1" "$1"
}

# create NAME WORD...: the container, not started.
create()
{
	local name=$1
	shift

	"$@" create --bundle "$bundles/$name" --pid-file "$bundles/$name/pid" "$name" \
		>"$bundles/$name/output" 2>&1 </dev/null ||
		fail "cannot create: $(cat "$bundles/$name/output")"
}

create_with()
{
	create web "$@"
}

# begin NAME PROFILE: the bundle gets it by an annotation, and the container runs.
begin()
{
	annotate "$1" org.vkernel.profile "$2"
	inject "$1"
	create "$1" real
	real start "$1" || fail "cannot start $1"
}

try_in()
{
	local name=$1
	shift

	real exec "$name" /bin/call x64 "$@"
}

try()
{
	try_in web "$@"
}

gone()
{
	! real state "$1" >/dev/null 2>&1
}

end()
{
	real delete --force "$1"
	wait_until 20 gone "$1" || fail "$1 does not go"
}

end_web()
{
	end web
}

try_hooks()
{
	container_bundle one /bin/firstkey
	annotate one org.vkernel.profile default
	inject one
	equal "denied" "$(run_one one)" $denied
	no_vkernel || fail "poststop left $(vkctl ls)"
	container_bundle one /bin/firstkey
	annotate one org.other.profile default
	inject one
	equal "control: not asked for" "$(run_one one) $(jq .hooks $bundles/one/config.json)" "$allowed null"

	container_bundle one /bin/first
	annotate one org.vkernel.profile default
	inject one
	equal "the profile allows the rest" "$(run_one one)" 0
	change one 'del(.annotations)'
	[ "$(run_one one)" != 0 ] || fail "it started without its profile"
	[ ! -d $bundles/one/rootfs/made-by-first ] || fail "its program ran"
	annotate one org.vkernel.profile none
	[ "$(run_one one)" != 0 ] || fail "it started, and there is no such profile"
	[ ! -d $bundles/one/rootfs/made-by-first ] || fail "its program ran"
	container_bundle one /bin/first
	annotate one org.vkernel.profle default
	inject one
	[ "$(run_one one)" != 0 ] || fail "it started with an annotation that is misspelt"
	[ ! -d $bundles/one/rootfs/made-by-first ] || fail "its program ran"
	no_vkernel || fail "there is $(vkctl ls)"
}

try_life()
{
	container_bundle web /bin/again /tmp/again
	annotate web org.vkernel.profile web
	inject web
	create_with real
	equal "created" "$(cat $vkernels/web/state)" armed
	real start web || fail "cannot start"
	equal "exec" "$(try 83 /tmp/x 0755)" EPERM
	equal "exec, a call by no profile" "$(try 248 0 0 0 0 0)" EPERM
	equal "started" "$(cat $vkernels/web/state)" active
	real kill web KILL
	wait_until 20 vkernel_is web dead || fail "killed, and still alive"
	end_web
	no_vkernel || fail "deleted, and still there: $(vkctl ls)"

	change web 'del(.hooks)'
	create_with real
	vkctl create web --pid "$(cat $bundles/web/pid)" --profile web || fail "cannot create by hand"
	real start web || fail "cannot start"
	equal "by hand: exec" "$(try 83 /tmp/x 0755)" EPERM
	end_web
	equal "by hand: gc" "$(vkctl gc)" web
}

try_two()
{
	local id

	container_bundle web /bin/again /tmp/again
	container_bundle other /bin/again /tmp/again
	begin web web
	begin other default
	equal "two vkernels" "$(vkernels_now)" 2
	equal "in the one" "$(try_in web 83 /tmp/x 0755)" EPERM
	equal "in the other" "$(try_in other 83 /tmp/x 0755)" 0
	end other
	id=$(cat $vkernels/web/id)
	[ "$(count)" -gt 0 ] || fail "nothing was denied"
	end_web
	no_vkernel || fail "deleted, and still there: $(vkctl ls)"
	container_bundle web /bin/busybox sleep 1000
	begin web web
	[ "$(cat $vkernels/web/id)" != "$id" ] || fail "started again with the old one"
	equal "started again, denied before" "$(count)" 0
	end_web
}

out_of_memory()
{
	dmesg | grep -c 'Memory cgroup out of memory: Killed process [0-9]* (tail)'
}

try_oom()
{
	local before

	before=$(out_of_memory)
	container_bundle web /bin/tail /dev/zero
	ln -sf busybox $bundles/web/rootfs/bin/tail
	change web '.linux.resources.memory.limit = 8388608'
	begin web web
	wait_until 60 vkernel_is web dead || fail "out of memory, and still alive"
	[ "$(out_of_memory)" -gt "$before" ] || fail "it died of something else"
	end_web
	no_vkernel || fail "killed, and still there: $(vkctl ls)"
}

# The runtime's own doings are not judged; what it starts inside by an execve is.
# shellcheck disable=SC2016 # jq's variables, not the shell's
try_inner_hook()
{
	local call='{ "path": "/vk/programs/call", "args": [ "call", "x64", "83", $path, "0755" ] }'

	container_bundle one /bin/busybox true
	annotate one org.vkernel.profile web
	inject one
	rm -rf /tmp/made-by-hook
	change one ".hooks.createContainer = [ $call ]" --arg path /tmp/made-by-hook
	run_one one >/dev/null
	[ ! -d /tmp/made-by-hook ] || fail "a createContainer hook was not judged"
	change one ".hooks.createRuntime += [ $call ]" --arg path /tmp/made-by-hook
	change one 'del(.hooks.createContainer)'
	run_one one >/dev/null
	[ -d /tmp/made-by-hook ] || fail "control: a createRuntime hook was judged"
	rm -r /tmp/made-by-hook
	wait_until 20 no_vkernel || fail "there is $(vkctl ls)"
}

# count: how many calls the vkernel has denied, if there is one.
count()
{
	cat $vkernels/web/syscall/denied 2>/dev/null || echo 0
}

# outcomes: of a call that seccomp denies, of one that the vkernel does, of one
# that both do, and of one that neither does; how many the vkernel has denied; is
# there a filter?
outcomes()
{
	local before

	before=$(count)
	echo "$(try 83 /tmp/x 0755) $(try 84 /none) $(try 90 /none 0) $(try 87 /none)" \
		"$(($(count) - before))" \
		"$(sed -n 's/^Seccomp:\t//p' "/proc/$(cat $bundles/web/pid)/status")"
}

# try_both FILTER WORD...: into outcome, outcomes in a container that is made by
# these words, with that filter or null.
# shellcheck disable=SC2016 # jq's variables, not the shell's
try_both()
{
	local filter=$1
	shift

	container_bundle web /bin/busybox sleep 1000
	change web 'if $filter then .linux.seccomp = $filter else . end' --argjson filter "$filter"
	create_with "$@"
	equal "the bundle has the filter" "$(jq -c .linux.seccomp $bundles/web/config.json)" \
		"$(jq -c . <<<"$filter")"
	real start web || fail "cannot start"
	outcome=$(outcomes)
	end_web
	wait_until 20 no_vkernel || fail "deleted, and still there: $(vkctl ls)"
}

try_seccomp()
{
	local filter='{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_X86_64" ],
		"syscalls": [ { "names": [ "mkdir", "chmod" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 28 } ] }'

	cat >/tmp/ours.json <<'END'
{ "syscall": { "rules": [ { "names": [ "rmdir", "chmod" ], "action": "EROFS", "abis": [ "x64" ] } ],
  "io_uring": "as-ruled" } }
END
	try_both "$filter" wrapped --vkernel-profile=/tmp/ours.json
	equal "both" "$outcome" "ENOSPC EROFS ENOSPC ENOENT 1 2"
	try_both "$filter" real
	equal "control: seccomp alone" "$outcome" "ENOSPC ENOENT ENOSPC ENOENT 0 2"
	try_both null wrapped --vkernel-profile=/tmp/ours.json
	equal "control: the vkernel alone" "$outcome" "0 EROFS EROFS ENOENT 2 0"
}

engines_prepare
for runtime in runc crun; do
	echo "-- $runtime, with the hooks in its bundle"
	try_hooks
	echo "-- $runtime, step by step"
	try_life
	echo "-- $runtime, two at once, once more, out of memory"
	try_two
	try_oom
	echo "-- $runtime, a hook that runs inside"
	try_inner_hook
	echo "-- $runtime, and the bundle's seccomp filter"
	try_seccomp
done
engines_unload
