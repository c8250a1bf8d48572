#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: nginx, redis, pwgen, and a job of fork and exec in a container: without a
# measures: filter, before any module of ours and after, with seccomp, with a vkernel,
# measures: under gVisor, in guest instructions
# section: programs
# kernels: all
# smp: 1
# icount: 1
# mem: 3G
# root: peers
# timeout: 7200
# takes: RUNS
#
# Of what the machine executes for few units of work and for many, the difference: so
# what starts and ends is nobody's. All variants in turns, each time in a container of
# its own; the first round is for caches.

# shellcheck source=tests/e2e/start.sh
. "$(dirname "$0")/start.sh"

runsc="runsc --platform=ptrace --network=host --ignore-cgroups"

describe_work()
{
	case $1 in
	nginx) echo "nginx: a request (ab)" ;;
	redis) echo "redis: a GET (redis-benchmark)" ;;
	pwgen) echo "pwgen: a password of 64" ;;
	forks) echo "sh: a fork and an exec" ;;
	esac
}

describe()
{
	if [ "$1" = ours ]; then
		echo "vkernel with all plugins"
	else
		start_describe "$1"
	fi
}

# bundle NAME: one that sleeps, with this guest's programs and network.
bundle()
{
	local root=$bundles/$1/rootfs

	jq -c '.process.args = ["/bin/busybox", "sleep", "1000000"] |
		.linux.namespaces |= map(select(.type != "network")) |
		.mounts = [{ "destination": "/usr", "source": "/usr", "type": "bind",
			"options": ["rbind", "ro"] }] + .mounts' \
		$bundles/"$1"/config.json >/tmp/config.json
	mv /tmp/config.json $bundles/"$1"/config.json
	mkdir -p "$root"/{usr,www,etc}
	cp /etc/passwd /etc/group "$root/etc/"
	ln -s usr/lib "$root/lib" && ln -s usr/lib64 "$root/lib64"
	echo hello >"$root/www/index.html"
	cat >"$root/nginx.conf" <<-'END_OF_FILE'
	master_process off;
	pid /tmp/nginx.pid;
	events { worker_connections 64; }
	http {
		access_log off;
		client_body_temp_path /tmp/body;
		proxy_temp_path /tmp/proxy;
		fastcgi_temp_path /tmp/fastcgi;
		uwsgi_temp_path /tmp/uwsgi;
		scgi_temp_path /tmp/scgi;
		server { listen 127.0.0.1:8080; root /www; }
	}
	END_OF_FILE
}

# inside VARIANT PROGRAM...
inside()
{
	if [ "$1" = gvisor ]; then
		$runsc exec "$@"
	else
		container_exec "$@"
	fi
}

answers()
{
	[ "$(busybox wget -qO- http://127.0.0.1:8080/ 2>/dev/null)" = hello ] &&
		[ "$(redis-cli ping 2>/dev/null)" = PONG ]
}

# begin VARIANT: the container, and its servers.
begin()
{
	if [ "$1" = gvisor ]; then
		$runsc create --bundle $bundles/bare gvisor && $runsc start gvisor
	else
		container_create "$1" && container_start "$1"
	fi || fail "$1: no container"
	inside "$1" /usr/sbin/nginx -e /tmp/nginx.log -c /nginx.conf || fail "$1: no nginx"
	inside "$1" /usr/bin/redis-server --bind 127.0.0.1 --daemonize yes --save '' \
		--appendonly no --hz 1 >/dev/null || fail "$1: no redis"
	wait_until 60 answers || fail "$1: no answer"
}

end()
{
	if [ "$1" = gvisor ]; then
		$runsc delete -force gvisor
	else
		container_remove "$1"
	fi
	wait_until 60 gone || fail "$1: it does not end"
}

gone()
{
	! answers && no_vkernel
}

# is_in_force VARIANT: what it should answer to keyctl, and no other; and whose limit on
# memory it has.
is_in_force()
{
	local release

	case $1 in
	bare | unloaded) equal "$1" "$(inside "$1" /bin/call x64 250 100)" EOPNOTSUPP ;;
	plain | ours) equal "$1" "$(inside "$1" /bin/call x64 250 100)" EPERM ;;
	gvisor)
		release=$(inside "$1" /bin/busybox uname -r) && [ "$release" != "$(uname -r)" ] ||
			fail "no gVisor: $release"
		;;
	esac
	[ "$1" != ours ] || equal "$1: its own limit" \
		"$(inside "$1" /bin/busybox cat /proc/sys/vm/overcommit_memory)" 2
	equal "$1: vkernels" "$(vkernels_now)" "$([ "$1" = ours ] && echo 1 || echo 0)"
}

# words VARIANT WORK COUNT: of the command, into $command.
words()
{
	local exec=(crun --cgroup-manager=cgroupfs exec "$1")

	# shellcheck disable=SC2206 # words
	[ "$1" != gvisor ] || exec=($runsc exec gvisor)
	case $2 in
	nginx) command=(ab -q -c 8 -n "$3" http://127.0.0.1:8080/) ;;
	redis) command=(redis-benchmark -q -c 8 -n "$3" -t get) ;;
	pwgen) command=("${exec[@]}" /usr/bin/pwgen -s 64 "$3") ;;
	forks) command=("${exec[@]}" /bin/busybox sh -c
		"i=0; while [ \$i -lt $3 ]; do /bin/busybox true || exit; i=\$((i + 1)); done") ;;
	esac
}

# spent VARIANT WORK COUNT: instructions of the machine.
spent()
{
	local command elapsed idle

	words "$@"
	read -r elapsed idle < <("$programs/stopwatch" -e "${command[@]}" 2>/tmp/error) ||
		fail "$*: $(cat /tmp/error)"
	echo $((elapsed - idle))
}

# works VARIANT: the servers do what they are asked for.
works()
{
	local said

	redis-cli set key:__rand_int__ something >/dev/null || fail "$1: redis does not set"
	[ "$(redis-cli get key:__rand_int__)" = something ] || fail "$1: redis does not get"
	said=$(ab -q -c 8 -n 16 http://127.0.0.1:8080/) || fail "$1: ab: $said"
	grep -q '^Complete requests: *16$' <<<"$said" && grep -q '^Failed requests: *0$' <<<"$said" &&
		! grep -q ^Non-2xx <<<"$said" || fail "$1: nginx does not serve: $said"
}

# measure VARIANT WORK FEW MANY: once; a value more, but in round 0.
measure()
{
	local few many

	spent "$1" "$2" "$3" >/dev/null
	few=$(spent "$1" "$2" "$3") && many=$(spent "$1" "$2" "$4") || fail "$1: $2: $few $many"
	[ "$round" = 0 ] || values[$2:$1]+=" $(((many - few) / ($4 - $3)))"
}

# measure_all VARIANT: under gVisor a call takes as many instructions as a hundred do
# otherwise.
measure_all()
{
	local less=1

	[ "$1" != gvisor ] || less=10
	begin "$1"
	is_in_force "$1"
	works "$1"
	measure "$1" nginx 100 1100
	measure "$1" redis 1000 11000
	measure "$1" pwgen $((200 / less)) $((1200 / less))
	measure "$1" forks $((20 / less)) $((520 / less))
	is_in_force "$1"
	end "$1"
}

say()
{
	local work=$1 variant=$2

	echo "$(describe_work "$work"), $(describe "$variant"):${values[$work:$variant]}"
	# shellcheck disable=SC2086 # words
	figure programs "$(describe_work "$work")" "$(describe "$variant")" instructions \
		${values[$work:$variant]}
}

declare -A values=()

install -m 755 /vk/vkctl /usr/bin/vkctl
mkdir -p /etc/vkernel/profiles
start_plugins
limit='.mm += { overcommit_memory: "2", overcommit_kbytes: 8000000 }'
jq "$limit" /etc/vkernel/profiles/default.json >/tmp/default.json &&
	mv /tmp/default.json /etc/vkernel/profiles/default.json || fail "no profile"
# Else each connection leaves something behind for the next ones.
sysctl -qw net.ipv4.tcp_max_tw_buckets=0 || fail "no such setting"
start_bundle unloaded
start_bundle bare
start_bundle plain
start_bundle ours "{ \"createRuntime\": $(start_hook createRuntime),
	\"poststop\": $(start_hook poststop) }"
start_unfilter unloaded
start_unfilter bare
start_unfilter ours
for variant in unloaded bare plain ours; do
	bundle $variant
done
for ((round = 0; round <= RUNS; round++)); do
	start_without measure_all unloaded
	for variant in bare plain ours gvisor; do
		measure_all $variant
	done
	echo "round $round after $SECONDS s"
done
for work in nginx redis pwgen forks; do
	for variant in unloaded bare plain ours gvisor; do
		say $work $variant
	done
done
version_of crun
version_of nginx -v
version_of redis-server
version_of ab -V
version_of runsc
control programs "keyctl was denied in the containers with a profile, and not in the one without; a vkernel was there for one column only, whose programs saw a limit on memory of their own, and modules of ours for all but one; gVisor has a kernel release of its own"
unload_all || fail "cannot unload"
