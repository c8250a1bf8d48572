#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Provide the sources of Zydis (the decoder) and zycore-c (its headers), both
# MIT, and print the directory that holds them as zydis/ and zycore/.
#
# A release tarball may carry them in third_party/zydis. Otherwise they come
# from Debian's source packages into the cache. What is compiled is checked
# against the sums below, wherever it came from. The packages are in Debian 13 but not in 12: apt reads them through a source
# list of our own, so nothing under /etc changes and root is not needed.
set -eu

SUITE=trixie
ZYDIS=zydis_4.1.1.orig.tar.gz
ZYDIS_SHA256=dcc31180a31e7f568d79d55f8181bd961981559a5666bf6fac43a69ad8b406bf
ZYCORE=zycore-c_1.5.2.orig.tar.gz
ZYCORE_SHA256=828f2e2e502c4a339c53162b865afd13de80fdfa068a9ba18032e743243027ea
# Of the list that sums_of makes from the two.
SOURCES_SHA256=4aad358d9b1a73413e4de4c15d31e0b2057d656b0a61ea95ed93743a219f7ede
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

tree=$(cd "$(dirname "$0")/.." && pwd)
cache=${VKERNEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vkernel}
cached=$cache/zydis
carried=$tree/third_party/zydis

die()
{
	echo "zydis.sh: $*" >&2
	exit 1
}

# sums_of DIR: a line for each file that a build can see, in a fixed order.
sums_of()
{
	cd "$1" && find zydis/include zydis/src zycore/include zycore/src \
		-type f | LC_ALL=C sort | xargs sha256sum
}

# A half-written or edited copy must not end up in a module.
intact()
{
	[ -d "$1" ] &&
		[ "$(sums_of "$1" 2>/dev/null | sha256sum)" = "$SOURCES_SHA256  -" ]
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
	intact "$work/new" || die "the packages are not made of the files they should be"
	rm -rf "$cached"
	mv "$work/new" "$cached"
}

if [ -d "$carried" ]; then
	intact "$carried" || die "$carried is not what it should be (sha256)"
	echo "$carried"
	exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/zydis.lock"
flock 9
intact "$cached" || provide
echo "$cached"
