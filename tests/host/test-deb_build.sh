#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the Debian packages have what they should, with the licences of all that
# proves: is in them, and know nothing of where they were built; lintian finds no
# proves: error, and would; nothing is started where they are installed
# long
# timeout: 600
# bring: debs

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debs=$("$VM_DIR/debs")
version=$(dpkg-parsechangelog -l "$TOP/debian/changelog" -S Version)

# has PACKAGE PATH...
has()
{
	local path

	for path in "${@:2}"; do
		[ -e "$work/$1/$path" ] || die "$1: no $path"
		echo "ok: $1 has $path"
	done
}

for package in hookcore-dkms vkernel-dkms vkernel-tools hookcore-dev; do
	dpkg-deb -R "$debs/${package}_$version"_*.deb "$work/$package"
	has $package DEBIAN/md5sums usr/share/doc/$package/copyright
	grep -q 'Files: third_party/zydis' "$work/$package/usr/share/doc/$package/copyright" ||
		die "$package: no word about Zydis"
	if grep -rqF "$TOP" "$work/$package"; then
		die "$package knows where it was built: $(grep -rlF "$TOP" "$work/$package")"
	fi
	cat "$work/$package"/DEBIAN/{pre,post}{inst,rm} >"$work/scripts" 2>/dev/null || true
	if grep -E '(systemctl|deb-systemd-invoke|service|invoke-rc.d) .*(start|stop)' "$work/scripts"; then
		die "$package starts or stops something where it is installed or removed"
	fi
done
for library in YAJL libseccomp "GNU C Library"; do
	grep -q "^ .*$library" "$work/vkernel-tools/usr/share/doc/vkernel-tools/copyright" ||
		die "vkctl is static: no word about $library"
done
has hookcore-dkms usr/src/hookcore-"$version"/{dkms.conf,Kbuild,hookcore/zydis/zydis/src/Decoder.c}
has vkernel-dkms usr/src/vkernel-"$version"/{dkms.conf,Kbuild,plugins/mm/main.c}
has vkernel-tools usr/bin/{vkctl,vkernel-runc} usr/sbin/vkernel-load \
	lib/systemd/system/vkernel.service etc/vkernel/{vkernel.conf,profiles/default.json} \
	usr/share/containers/oci/hooks.d/{vkernel,vkernel-poststop}.json \
	usr/share/bash-completion/completions/vkctl usr/share/man/man1/vkctl.1.gz \
	usr/share/man/man1/vkernel-runc.1.gz usr/share/man/man8/vkernel-load.8.gz \
	usr/share/doc/vkernel-tools/{README.md,docs/operating.md,docs/security.md,docs/demo.svg} \
	usr/share/doc/vkernel-tools/{examples,contrib}/{README.md,docker/daemon.json}
has hookcore-dev usr/src/hookcore/include/hookcore.h usr/src/vkernel/include/vkernel_syscall.h \
	usr/share/doc/hookcore-dev/{own-module.md,examples/{count,connect,filter,getpid,pace}/Makefile}
"$work/vkernel-tools/usr/bin/vkctl" check "$work/vkernel-tools/etc/vkernel/profiles/default.json" ||
	die "its own profile is refused"

mkdir "$work/source"
tar -xf "$debs/vkernel_$version.tar.xz" -C "$work/source" --strip-components=1
"$work/source/hookcore/zydis.sh" | grep -qx "$work/source/third_party/zydis" ||
	die "the source package does not carry the decoder"
echo x >>"$work/source/third_party/zydis/zydis/src/Decoder.c"
if "$work/source/hookcore/zydis.sh" 2>/dev/null; then
	die "an altered decoder is taken"
fi

lintian --allow-root --fail-on error "$debs"/*.deb "$debs"/*.dsc || die "lintian finds errors"
# Control: a package of a broken kind.
rm "$work/hookcore-dev/usr/share/doc/hookcore-dev/copyright"
dpkg-deb --root-owner-group -b "$work/hookcore-dev" "$work/hookcore-dev_${version}_all.deb" >/dev/null
if lintian --allow-root --fail-on error "$work/hookcore-dev_${version}_all.deb" >/dev/null; then
	die "lintian takes anything"
fi
echo "ok: lintian"
