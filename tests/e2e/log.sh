# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Containers that read and write the kernel log. Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

log_load()
{
	modprobe hookcore && modprobe vkernel && modprobe vkernel_log
}

# log_bundle NAME: a container that does what inside() wants, with /dev/kmsg and
# the right to read the log, which only a vkernel can make its own.
log_bundle()
{
	local root=$bundles/$1/rootfs config=$bundles/$1/config.json

	# The end of a child interrupts the wait for the next command.
	# shellcheck disable=SC2016 # what the container's shell is to expand
	container_bundle "$1" /bin/sh -c 'while :
do read -r line </commands && { (eval "$line") >/out.new 2>&1; mv /out.new /out; }; done'
	container_may_syslog "$1"
	sed -i -e 's|{ "destination": "/dev", .*|&, { "destination": "/dev/kmsg", "type": "bind", "source": "/dev/kmsg", "options": [ "bind", "rw" ] }|' \
		-e 's|"linux": {|&"resources": { "devices": [ { "allow": true, "access": "rwm" } ] },|' \
		"$config"
	mkfifo "$root/commands"
}

# log_vkernel NAME: a vkernel with the plugin, and no quota.
log_vkernel()
{
	mkdir "$vkernels/$1" "$vkernels/$1/log" &&
		echo 0 >"$vkernels/$1/log/quota"
}

# log_start NAME: container NAME with vkernel NAME, made before, in force.
log_start()
{
	log_bundle "$1" && container_create "$1" && vkernel_arm "$1" "$1" &&
		container_start "$1"
}

# log_remove NAME...: these containers, and their vkernels, which die with them.
log_remove()
{
	local name

	for name; do
		container_remove "$name"
	done
	for name; do
		wait_until 10 vkernel_is "$name" dead || fail "$name lives"
		rmdir "$vkernels/$name/log" "$vkernels/$name" || fail "$name stays"
	done
}

# inside_begin NAME COMMAND...: let it do this, and go on.
inside_begin()
{
	local root=$bundles/$1/rootfs
	shift

	rm -f "$root/out"
	echo "$*" >"$root/commands"
}

# inside NAME COMMAND...: let it do this, and show what that says.
inside()
{
	local root=$bundles/$1/rootfs

	inside_begin "$@"
	wait_until 60 test -e "$root/out" || fail "$1: no answer: ${*:2}"
	cat "$root/out"
}

# texts: of lines of the log or records of /dev/kmsg, the texts, in one line.
texts()
{
	sed -e 's/^\(<[0-9]*>\)\?\[[^]]*\] //' -e 's/^[0-9]* //' | paste -sd ' '
}

# has NAME PATTERN: does what it has said so far have such a line?
has()
{
	grep -q "$2" "$bundles/$1/rootfs/out.new"
}

# log_bring NAME FILE...: give it programs of this guest, with their libraries.
log_bring()
{
	local root=$bundles/$1/rootfs
	shift

	{
		printf '%s\n' "$@"
		ldd "$@" | grep -o '/[^ :]*'
	} | sort -u | tar -C / -chf - -T - 2>/dev/null | tar -C "$root" -xf -
}
