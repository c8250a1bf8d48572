# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Containers and vkernels for the tests: real ones, started by crun from a
# bundle written by hand. Sourced.

vkernels=/sys/kernel/config/vkernel
programs=${VK_PROGRAMS:-/vk/programs}
bundles=/tmp/bundles

# json_strings WORD...: as a list for JSON.
json_strings()
{
	local word list=
	for word in "$@"; do
		word=${word//\\/\\\\}
		word=${word//\"/\\\"}
		list+="${list:+, }\"${word//$'\n'/\\n}\""
	done
	echo "$list"
}

# What all roots begin with. To copy it takes seconds, links to it do not.
root_template()
{
	local root=/tmp/root-template

	[ ! -e "$root" ] || return 0
	mkdir -p "$root"/{bin,proc,dev,sys,tmp}
	cp /bin/busybox "$root/bin/"
	"$root/bin/busybox" --install -s "$root/bin"
	ln -sf busybox "$root/bin/sh"
	cp --remove-destination "$programs"/* "$root/bin/"
}

# container_bundle NAME PROGRAM [ARGUMENT...]: a container that runs PROGRAM.
# Its root has busybox and the test programs; it is privileged, so that only
# a vkernel can be what stops it.
container_bundle()
{
	local name=$1 root=$bundles/$1/rootfs caps
	shift

	rm -rf "${bundles:?}/$name"
	mkdir -p "$bundles/$name"
	root_template
	cp -al /tmp/root-template "$root"
	caps=$(json_strings CAP_SYS_ADMIN CAP_SYS_CHROOT CAP_SYS_PTRACE \
		CAP_SETUID CAP_SETGID CAP_KILL CAP_DAC_OVERRIDE)
	caps="[ $caps ]"
	cat >"$bundles/$name/config.json" <<-JSON
	{
	  "ociVersion": "1.0.0",
	  "hostname": "$name",
	  "process": {
	    "terminal": false,
	    "user": { "uid": 0, "gid": 0 },
	    "args": [ $(json_strings "$@") ],
	    "env": [ "PATH=/bin" ],
	    "cwd": "/",
	    "capabilities": {
	      "bounding": $caps, "effective": $caps,
	      "permitted": $caps, "inheritable": $caps
	    }
	  },
	  "root": { "path": "rootfs", "readonly": false },
	  "mounts": [
	    { "destination": "/proc", "type": "proc", "source": "proc" },
	    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs" }
	  ],
	  "linux": {
	    "namespaces": [
	      { "type": "pid" }, { "type": "mount" }, { "type": "ipc" },
	      { "type": "uts" }, { "type": "network" }
	    ]
	  }
	}
	JSON
}

# container_bind NAME DIRECTORY PLACE: it will have the host's directory there.
container_bind()
{
	sed -i 's|^  "mounts": \[|&\
    { "destination": "'"$3"'", "type": "bind", "source": "'"$2"'", "options": [ "bind" ] },|' \
		"$bundles/$1/config.json"
}

# container_may_syslog NAME: it will have the right to read the kernel's log, for which
# newer kernels do not take CAP_SYS_ADMIN.
container_may_syslog()
{
	sed -i 's/"CAP_SYS_ADMIN"/"CAP_SYSLOG", &/g' "$bundles/$1/config.json"
}

# container_create NAME: set it up, up to but not including its program.
container_create()
{
	rm -f "$bundles/$1/pid"
	crun --cgroup-manager=cgroupfs create --bundle "$bundles/$1" \
		--pid-file "$bundles/$1/pid" "$1" \
		>"$bundles/$1/output" 2>&1 </dev/null ||
		{ cat "$bundles/$1/output"; return 1; }
}

# container_pid NAME: the host's pid of its init.
container_pid()
{
	cat "$bundles/$1/pid"
}

# container_start NAME: run its program.
container_start()
{
	crun --cgroup-manager=cgroupfs start "$1"
}

# container_output NAME: what it has written.
container_output()
{
	cat "$bundles/$1/output"
}

# wait_until SECONDS COMMAND...: poll for a condition.
wait_until()
{
	local tries=$(($1 * 10))
	shift

	until "$@"; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.1
	done
}

container_ended()
{
	[ "$(crun state "$1" 2>/dev/null | grep -c '"status": "running"')" = 0 ]
}

# container_wait NAME: until its program has ended.
container_wait()
{
	wait_until 60 container_ended "$1"
}

# container_remove NAME: kill it if need be, and forget it.
container_remove()
{
	crun --cgroup-manager=cgroupfs delete --force "$1" 2>/dev/null
	return 0
}

# container_run NAME: create, start, wait, show its output, remove.
container_run()
{
	container_create "$1" && container_start "$1" && container_wait "$1" &&
		container_output "$1"
	container_remove "$1"
}

# vkernel_make NAME [RULE...]: a vkernel with these rules in force.
vkernel_make()
{
	local name=$1 rule
	shift

	mkdir "$vkernels/$name" "$vkernels/$name/syscall" || return
	for rule in "$@"; do
		echo "$rule" >"$vkernels/$name/syscall/rules_add" || return
	done
	echo 1 >"$vkernels/$name/syscall/commit"
}

# vkernel_arm NAME CONTAINER
vkernel_arm()
{
	container_pid "$2" >"$vkernels/$1/pid"
}

vkernel_is()
{
	[ "$(cat "$vkernels/$1/state")" = "$2" ]
}

# vkernel_remove NAME
vkernel_remove()
{
	if [ -d "$vkernels/$1/syscall" ]; then
		rmdir "$vkernels/$1/syscall" || return
	fi
	rmdir "$vkernels/$1"
}

# container_end NAME: the container, and its vkernel, by then dead.
container_end()
{
	container_remove "$1"
	wait_until 10 vkernel_is "$1" dead || fail "$1: not dead"
	vkernel_remove "$1" || fail "cannot remove $1"
}

# namespace_begin PROGRAM...: into init, the first process of a new pid namespace,
# which runs this; into outside, whoever waits for it.
namespace_begin()
{
	unshare --pid --fork --kill-child "$@" &
	outside=$!
	wait_until 20 has_init || fail "no namespace"
}

# The file ends without a newline.
has_init()
{
	read -r init <"/proc/$outside/task/$outside/children"
	[ -n "$init" ]
}

# load_all: the modules, in the order of their needs.
load_all()
{
	modprobe hookcore && modprobe vkernel && modprobe vkernel_syscall
}

# unload_all: what is loaded of them, in the reverse order, plugins first.
unload_all()
{
	local module

	for module in $(sed -n 's/^\(vkernel_[^ ]*\) .*/\1/p' /proc/modules) \
		vkernel hookcore; do
		[ ! -d "/sys/module/$module" ] || rmmod "$module" || return
	done
}

# container_exec NAME PROGRAM [ARGUMENT...]: one more program in it.
container_exec()
{
	crun --cgroup-manager=cgroupfs exec "$@"
}

# nested_init: the host's pid of the init of a pid namespace inside a
# container's: the process that is 1 in the third namespace it is in.
nested_init()
{
	cat /proc/[0-9]*/status 2>/dev/null |
		sed -n 's/^NSpid:\t\([0-9]*\)\t[0-9]*\t1$/\1/p'
}

nested_exists()
{
	[ -n "$(nested_init)" ]
}

# nested_adopt VKERNEL: it gets that namespace, and who runs there.
nested_adopt()
{
	nested_init >"$vkernels/$1/pid" && echo 1 >"$vkernels/$1/adopt"
}

# fail WORDS: the test has failed.
fail()
{
	echo "FAIL: $*"
	exit 1
}

is_debug()
{
	[[ $(uname -r) == *-vkdebug-* ]]
}

# lacks WHAT COMMAND...: for "if lacks ...; then": the command, which asks for
# WHAT, fails, so what needs it is left out. Only the debug kernel may lack
# anything.
lacks()
{
	! "${@:2}" || return
	is_debug || fail "this kernel has no $1"
	echo "skipped: the debug kernel has no $1"
}

# vm_areas: of virtual memory, those in use.
vm_areas()
{
	grep -vc unpurged /proc/vmallocinfo
}

# module_versions: do modules say what the kernel's symbols looked like?
module_versions()
{
	modinfo -F vermagic hookcore | grep -qw modversions
}

# equal WHAT GOT WANTED
equal()
{
	[ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"
	echo "ok: $1"
}

# refused ERROR COMMAND...: the command fails, and for this reason.
refused()
{
	local error=$1 output
	shift

	output=$("$@" 2>&1) && fail "not refused: $*"
	[[ $output == *"$error"* ]] || fail "$*: refused, but: $output"
	echo "ok: refused: $* ($error)"
}

# said: what our modules have said in the kernel log, each line beginning with
# the module's name, but not what the kernel says of any module not its own.
said()
{
	dmesg | sed -n '/tainting kernel\|taints kernel/d
		s/^\[[^]]*\] \(hookcore\|vkernel\)/\1/p'
}

# put TEXT FILE: one write(2), which the shell's own printf is not.
put()
{
	printf '%s' "$1" >/tmp/put
	dd if=/tmp/put of="$2" bs=64k conv=notrunc status=none
}
