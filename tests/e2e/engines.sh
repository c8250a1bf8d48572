# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Container engines for the tests, and an image for them. The guest's root must
# be the one named "engines". Sourced.

# shellcheck source=tests/e2e/container.sh
. "$(dirname "${BASH_SOURCE[0]}")/container.sh"

# Docker's own profile; each engine gets it as ours. Its seccomp filter is
# switched off, so that only a vkernel can be what denies. EPERM comes from the
# profile, EFAULT from add_key() itself.
# shellcheck disable=SC2034 # for who sources this
profile=$(find /usr/share/gocode -path '*/docker/profiles/seccomp/default.json')
# shellcheck disable=SC2034
denied=1 allowed=14

# engines_prepare: modules, vkctl, its profiles, and an image in /tmp/image.
engines_prepare()
{
	local name

	load_all || fail "modules do not load"
	install -m 755 /vk/vkctl /usr/bin/vkctl
	ln -sf vkctl /usr/bin/vkernel-runc
	mkdir -p /etc/vkernel/profiles /tmp/image/{bin,proc,dev,sys,tmp}
	cp "$profile" /etc/vkernel/profiles/default.json
	# Another one: the same, and no mkdir() either.
	jq '(.syscalls[].names) -= ["mkdir", "mkdirat"]' "$profile" \
		>/etc/vkernel/profiles/web.json
	cp /bin/busybox "$programs"/{firstkey,first,call,again,began} /tmp/image/bin/
	for name in sh sleep mkdir rmdir cat tail true; do
		ln -sf busybox /tmp/image/bin/$name
	done
	tar -C /tmp/image -cf /tmp/image.tar .
	mount -t tmpfs tmpfs /var/lib
}

# status COMMAND...: how it ended; what it is, in case it never does, and what it
# said are for the log.
status()
{
	local status=0

	echo "  $*" >&2
	"$@" >/tmp/said 2>&1 </dev/null || status=$?
	[ ! -s /tmp/said ] || sed 's/^/  /' /tmp/said >&2
	echo $status
}

# split WORD... -- PROGRAM...: what stands in front of the -- into options, what
# stands behind it into program.
split()
{
	options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2034 # for who calls
	program=("$@")
}

# vkernels_now: how many there are; none while the module is not loaded.
vkernels_now()
{
	find $vkernels -mindepth 1 -maxdepth 1 -type d 2>/dev/null | wc -l
}

no_vkernel()
{
	[ "$(vkernels_now)" = 0 ]
}

# the_vkernel: the name of the only one.
the_vkernel()
{
	basename "$(find $vkernels -mindepth 1 -maxdepth 1 -type d)"
}

docker_up()
{
	docker info >/dev/null 2>&1
}

# docker_start: a daemon with the image, set up by the file of contrib/, and one
# more runtime, whose profile does not exist.
docker_start()
{
	mkdir -p /etc/docker
	jq '.runtimes["vkernel-none"] = { path: "/usr/bin/vkernel-runc",
		runtimeArgs: ["--vkernel-runtime=runc", "--vkernel-profile=none"] }' \
		/vk/contrib/docker/daemon.json >/etc/docker/daemon.json || fail "no daemon.json"
	dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=overlay2 \
		>/tmp/dockerd.log 2>&1 &
	wait_until 120 docker_up || fail "no dockerd: $(tail -n 5 /tmp/dockerd.log)"
	echo "dockerd is up after $SECONDS s"
	docker import /tmp/image.tar image >/dev/null || fail "no image"
}

docker_gone()
{
	! pgrep -x 'dockerd' >/dev/null && ! pgrep -x 'containerd' >/dev/null
}

docker_stop()
{
	docker ps -aq | xargs -r docker rm -f >/dev/null
	pkill dockerd
	wait_until 60 docker_gone || fail "dockerd does not end"
}

# engines_unload: nothing is left behind.
engines_unload()
{
	wait_until 20 no_vkernel || fail "vkernels are left: $(vkctl ls)"
	equal "records" "$(ls /run/vkernel 2>/dev/null)" ""
	unload_all || fail "cannot unload"
}
