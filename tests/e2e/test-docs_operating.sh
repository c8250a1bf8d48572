#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the commands of the documents that give a container a vkernel, by vkctl and
# proves: by hand, watch it, set a control group's policy, ask what can be hooked, and
# proves: remove all, run as they stand, do what is said there; and sites are where
# proves: docs/hook-points.md has them
# kernels: all
# bring: docs
# long

# shellcheck source=tests/e2e/container.sh
. "$(dirname "$0")/container.sh"
# shellcheck source=tests/e2e/blocks.sh
. "$(dirname "$0")/blocks.sh"

pages=/vk/docs
page=$pages/operating.md
# What the container does: it says two words.
attempts="call x64 83 /x 0755; call int80 39 /y 0755"
denied=$'EPERM\nEPERM'

# try HEADING N [LINES]: these commands of $page. What they say is in /tmp/said.
try()
{
	local status=0

	commands "$page" "$@" >/tmp/said 2>&1 </dev/null || status=$?
	sed 's/^/  # /' <<<"$typed"
	[ $status = 0 ] || { cat /tmp/said; fail "status $status"; }
}

loaded()
{
	sed -n 's/^\(\(vkernel\|hookcore\)[^ ]*\) .*/\1/p' /proc/modules | sort | paste -sd' '
}

install -m 755 /vk/vkctl /vk/vkernel-load /usr/sbin/
rm -rf /srv
ln -s $bundles /srv
mkdir -p /tmp/here
cd /tmp/here || exit
load_all || fail "modules do not load"

echo "-- give a container a vkernel"
container_bundle web /bin/sh -c "$attempts"
block $page "Give a container a vkernel" 1 >web.json
vkctl check web.json || fail "the page's profile is refused"
try "Give a container a vkernel" 2 1,3
container_wait web || fail "no end"
equal "the container" "$(grep -v warning: /tmp/said)" "$denied"
equal "its vkernel" "$(vkctl ls | awk '$1 == "web" { print $2 }')" dead
try "Give a container a vkernel" 2 4
equal "vkernels" "$(ls $vkernels)" ""
container_remove web

echo "-- by hand"
container_bundle web /bin/sh -c "$attempts"
try "The same by hand" 1
container_wait web || fail "no end"
equal "the container" "$(grep -v warning: /tmp/said)" "$denied"
try Watch 1
cat /tmp/said
for line in "setup_new_exec owner=vkernel " "dead" ".*/web/syscall/denied:2" \
	".*/web/syscall/counts:x64 83 1" ".*/web/syscall/denials:.* x64 83 EPERM .*"; do
	grep -q "^$line" /tmp/said || fail "it does not say: $line"
done
(cd $vkernels && try "The same by hand" 2) || exit
equal "its state" "$(cat /tmp/said)" dead
container_remove web

echo "-- remove"
mkdir $vkernels/web $vkernels/web/syscall
unload_all 2>/dev/null && fail "control: what is in use goes"
rmdir $vkernels/web/syscall $vkernels/web
try Remove 1 1
equal "loaded" "$(loaded)" ""
try "Or build by hand" 1 6
equal "loaded" "$(loaded)" "hookcore vkernel vkernel_syscall"
mkdir $vkernels/web $vkernels/web/syscall
try Remove 2
equal "loaded" "$(loaded)" ""

echo "-- ask your own kernel"
page=$pages/hook-points.md try "Ask your own kernel" 1
sed 's/0x4f0/0x[0-9a-f]*/; s/window=.*/window=[0-9]* bytes=[0-9a-f]*/' \
	<(block $pages/hook-points.md "Ask your own kernel" 2) >/tmp/answer
grep -qxf /tmp/answer /tmp/said || fail "not the answer: $(cat /tmp/said)"

echo "-- the sites of docs/hook-points.md"
# ask FUNCTION: could it be hooked?
ask()
{
	exec 3<>/sys/kernel/debug/hookcore/check
	echo "$1" >&3
	cat <&3
	exec 3>&-
}

# site_is WHERE BYTES FUNCTION...: of the one of these that this kernel has, or is asked
# for on it.
site_is()
{
	local name answers=''

	for name in "${@:3}"; do
		answers+="$(ask "$name")"$'\n'
	done
	grep -q " yes: site=[^ ]*+$1/.* window=$2 " <<<"$answers" ||
		fail "not $1, $2 bytes: $answers"
	sites=$((sites + 1))
}

table=$(sed -n '/^| module |/,/^$/p' $pages/hook-points.md)
column=$(head -n 1 <<<"$table" | tr '|' '\n' | grep -nx " $(uname -r) " | cut -d : -f 1)
sites=0
# shellcheck disable=SC2016 # marks of the document
while IFS= read -r row; do
	read -r where bytes < <(cut -d '|' -f "$column" <<<"$row" |
		sed -n 's/.*`+\(0x[0-9a-f]*\)`, \([0-9]*\) bytes.*/\1 \2/p')
	# Of these there are several.
	[ -n "$where" ] && [[ $row != *" of huge pages "* ]] || continue
	mapfile -t names < <(cut -d '|' -f 3 <<<"$row" | grep -o '`[^`]*`' | tr -d '`')
	site_is "$where" "$bytes" "${names[@]}"
done <<<"${column:+$table}"
if [ -n "$column" ]; then
	[ $sites -gt 40 ] || fail "only $sites sites"
	echo "ok: $sites sites"
else
	echo "skipped: the sites are not this kernel's"
fi

echo "-- a scheduling policy"
if lacks sched modprobe vkernel_sched; then
	exit
fi
try "A scheduling policy for a control group" 1
equal "the policy" "$(cat /sys/fs/cgroup/web/cpu.real_policy)" 1
rmdir /sys/fs/cgroup/web
