#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Provide the sources of Zydis (the decoder) and zycore-c (its headers), both
# MIT, and print the directory that holds them as zydis/ and zycore/.
#
# A release tarball may carry them in third_party/zydis. Otherwise they come
# from Debian's source packages, checked against the sums below, into the
# cache. They are in Debian 13 but not in 12: apt reads them through a source
# list of our own, so nothing under /etc changes and root is not needed.
set -eu

SUITE=trixie
ZYDIS=zydis_4.1.1.orig.tar.gz
ZYDIS_SHA256=dcc31180a31e7f568d79d55f8181bd961981559a5666bf6fac43a69ad8b406bf
ZYCORE=zycore-c_1.5.2.orig.tar.gz
ZYCORE_SHA256=828f2e2e502c4a339c53162b865afd13de80fdfa068a9ba18032e743243027ea
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

tree=$(cd "$(dirname "$0")/.." && pwd)
cache=${VKERNEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vkernel}
dest=$cache/zydis

die()
{
	echo "zydis.sh: $*" >&2
	exit 1
}

# A half-written or edited copy must not end up in a module.
intact()
{
	[ -f "$dest/manifest" ] &&
		grep -q "^# $ZYDIS_SHA256 $ZYCORE_SHA256\$" "$dest/manifest" &&
		(cd "$dest" && grep -v '^#' manifest |
			sha256sum --check --status --strict -)
}

# The archive this machine already uses; RELEASE is known without downloaded
# lists, ORIGIN is not.
archive_uri()
{
	. /etc/os-release
	# shellcheck disable=SC2016 # for apt to expand
	apt-get indextargets \
		--format '$(RELEASE) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v codename="${VERSION_CODENAME:-stable}" '
			$2 == "main" && ($1 == codename || $1 ~ /^(old)*stable$/) {
				print $3
				exit
			}'
}

# Signed-By of the deb822 stanza with that URI; a key written into the stanza
# itself, or a list of the older format, leaves Debian's own keyring.
signed_by()
{
	cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
		awk -v RS= -v uri="${1%/}" -v keyring="$KEYRING" '
			index($0, uri) && match($0, /Signed-By: *\/[^ \n]+/) {
				keyring = substr($0, RSTART, RLENGTH)
				sub(/^Signed-By: */, "", keyring)
				exit
			}
			END { print keyring }'
}

download()
{
	work=$1
	uri=$(archive_uri)
	[ -n "$uri" ] || die "apt knows no Debian archive"
	cat >"$work/zydis.sources" <<-EOF
	Types: deb-src
	URIs: $uri
	Suites: $SUITE
	Components: main
	Signed-By: $(signed_by "$uri")
	EOF
	mkdir -p "$work/lists/partial"
	set -- -q -o Dir::Etc::sourcelist="$work/zydis.sources" \
		-o Dir::Etc::sourceparts=- -o Dir::State::Lists="$work/lists" \
		-o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)"
	(
		cd "$work"
		timeout 300 apt-get "$@" update &&
			timeout 300 apt-get "$@" source --tar-only \
				--download-only zydis zycore-c
	) >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		die "cannot download $ZYDIS and $ZYCORE"
	}
}

unpack()
{
	echo "$3  $1/$2" | sha256sum --check --status ||
		die "$2 is not the file it should be (sha256)"
	mkdir "$1/new/$4"
	tar -xzf "$1/$2" -C "$1/new/$4" --strip-components=1 \
		--no-same-owner
}

provide()
{
	work=$(mktemp -d "$cache/zydis.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	download "$work"
	mkdir "$work/new"
	unpack "$work" "$ZYDIS" "$ZYDIS_SHA256" zydis
	unpack "$work" "$ZYCORE" "$ZYCORE_SHA256" zycore
	(
		cd "$work/new"
		echo "# $ZYDIS_SHA256 $ZYCORE_SHA256"
		find zydis zycore -type f -path '*/include/*' -exec sha256sum {} +
		find zydis zycore -type f -path '*/src/*' -exec sha256sum {} +
	) >"$work/manifest"
	mv "$work/manifest" "$work/new/manifest"
	rm -rf "$dest"
	mv "$work/new" "$dest"
}

if [ -d "$tree/third_party/zydis" ]; then
	echo "$tree/third_party/zydis"
	exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/zydis.lock"
flock 9
intact || provide
echo "$dest"
