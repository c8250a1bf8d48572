#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: on a fresh Debian, without a network, apt installs our packages; DKMS builds
# proves: and signs the modules for 6.1 and 6.12 from the source in them; examples build
# proves: against what is installed; a newer version takes the old one's place; when all
# proves: are purged nothing of ours is left; and what DKMS has built does the main job on
# proves: both kernels
# long
# timeout: 3600
# bring: debs

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

plugins="syscall log mm sched sched_params"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir "$work"/{debs,newer,built}
version=$(dpkg-parsechangelog -l "$TOP/debian/changelog" -S Version)
newer=$version+1
cp "$("$VM_DIR/debs")"/*.deb "$work/debs/"
cp "$("$VM_DIR/debs" "$newer")"/*.deb "$work/newer/"
stock=$("$VM_DIR/kernel" --release stock)
newest=$("$VM_DIR/kernel" --release 6.12)

# What is tried in there, with the words of docs/operating.md and docs/own-module.md.
cat >"$work/install.sh" <<END
version=$version newer=$newer releases="$stock $newest"
. /root/blocks.sh
END
cat >>"$work/install.sh" <<'END'
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

fail() { echo "FAIL: $*"; exit 1; }

# says PAGE HEADING N [LINES]: do what the page says.
says()
{
	local status=0

	commands "/root/docs/$1" "${@:2}" || status=$?
	sed 's/^/  # /' <<<"$typed"
	[ $status = 0 ] || fail "status $status"
}

# Neither logs, nor caches, nor lists of apt and dpkg, nor DKMS's own key.
files()
{
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /root -o -path /tmp -o \
		-path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg -o \
		-path '/var/lib/dkms/mok.*' \) -prune -o -print | sort
}

# built VERSION: for each kernel, and signed.
built()
{
	local release module

	dkms status
	for release in $releases; do
		for module in hookcore vkernel; do
			dkms status | grep -qx "$module/$1, $release, x86_64: installed" ||
				fail "$module $1 is not there for $release"
		done
		for module in hookcore vkernel vkernel_syscall vkernel_log vkernel_mm vkernel_sched \
			vkernel_sched_params; do
			[ "$(modinfo -k "$release" -F signer $module)" = "DKMS module signing key" ] ||
				fail "$module of $release is not signed"
		done
	done
	[ "$(dkms status | grep -c 'hookcore\|vkernel')" = 4 ] || fail "more than that is there"
}

# For who asks which kernel runs.
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
printf '#!/bin/sh\n[ "$*" = -r ] && echo %s || exec /usr/bin/uname "$@"\n' \
	"${releases%% *}" >/usr/local/bin/uname
chmod 755 /usr/local/bin/uname
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
cd /root/debs || exit
[ "$(grep -c : /proc/net/dev)" = 1 ] || fail "there is a network"
echo 'autoinstall_all_kernels=y' >>/etc/dkms/framework.conf
# As where their images are installed, too: DKMS makes and keeps these indices.
for release in $releases; do
	depmod "$release"
done
files >/root/before

echo "-- install"
says operating.md Install 2 1,2
says own-module.md "Install what you build against" 1 1
built "$version"
vkctl --help >/dev/null || fail "no vkctl"
says own-module.md Build 2 1,3
[ -e /tmp/connect/connect.ko ] || fail "no example"
for release in $releases; do
	cp -r /lib/modules/"$release"/updates/dkms "/root/built/$release"
	cp -r /usr/share/doc/hookcore-dev/examples "/root/examples-$release"
	for example in /root/examples-"$release"/*/; do
		make -s -C "$example" KDIR=/lib/modules/"$release"/build || fail "$example does not build"
		ls "$example"/*.ko || fail "$example: no module"
	done
	depmod "$release"
done
cp /usr/bin/vkctl /root/built/

echo "-- upgrade"
cd /root/newer || exit
says operating.md "A new vKernel" 1
apt-get -q install ./hookcore-dev_*.deb || fail "apt does not upgrade"
built "$newer"
[ ! -e /usr/src/hookcore-"$version" ] || fail "the old source is left"

echo "-- purge"
says operating.md Remove 1 3
files >/root/after
diff /root/before /root/after || fail "not as it was before"
echo "INSTALL DONE"
END

echo "-- a fresh Debian, with DKMS and headers"
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016 # the hook's shell's
PATH=/usr/sbin:/usr/bin:/sbin:/bin mmdebstrap --quiet --variant=apt --format=null \
	--include="dkms,openssl,linux-headers-$stock,linux-headers-$newest,linux-headers-amd64" \
	--customize-hook="copy-in $work/debs $work/newer $work/built $work/install.sh \
		$TOP/docs $TOP/tests/e2e/blocks.sh /root" \
	--customize-hook='unshare --net chroot "$1" bash /root/install.sh' \
	--customize-hook="copy-out /root/built $work/out" \
	"$suite" - - <<<"$(debian_sources "$suite")" >"$work/log" 2>&1 ||
	{ tail -n 60 "$work/log"; die "see above"; }
grep -v '^\(Get\|Selecting\|Preparing\|Unpacking\)' "$work/log" | tail -n 60
grep -qx "INSTALL DONE" "$work/log" || die "it did not come to its end"

# 6.12's modules are compressed.
find "$work/out/built" -name '*.xz' -exec unxz {} +
"$VM_DIR/guest" --build stock 2>/dev/null
for release in "$stock" "$newest"; do
	echo "-- what was built for $release"
	ko=()
	for module in "$work/out/built/$release"/*.ko; do
		ko+=(--ko "$module")
	done
	[ ${#ko[@]} = 14 ] || die "not seven modules: ${ko[*]}"
	"$VM_DIR/run" --kernel "$release" "${ko[@]}" --bring "$BUILD/programs" \
		--bring "$TOP/tests/e2e/container.sh" --bring "$work/out/built/vkctl" \
		--env "PLUGINS=$plugins" --logs "$BUILD/vm/deb_install-$release" \
		"$TOP/tests/e2e/demo.sh" || die "$release"
done
