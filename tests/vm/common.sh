# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script of the harness shares: where things are, how to complain,
# and how to fill a cache entry so that a half-made one is never seen.

set -euo pipefail
export LC_ALL=C

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$VM_DIR/../.." && pwd)
CACHE=${VKERNEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vkernel}
BUILD=$TOP/build
export VM_DIR TOP CACHE BUILD

# Images for the guest: to unpack them takes an emulated processor longer than
# all the room is worth.
# shellcheck disable=SC2034 # for those who source this
UNCOMPRESSED=(-noI -noId -noD -noF -noX)

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

say()
{
	printf '  %-8s %s\n' "$1" "$2" >&2
}

# hash_of FILE... [-- STRING...]: a short name for this very content.
hash_of()
{
	local files=()

	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	[ $# -gt 0 ] && shift
	{ printf '%s\n' "$@"; [ ${#files[@]} -eq 0 ] || cat "${files[@]}"; } |
		sha256sum | cut -c1-12
}

# with_lock NAME COMMAND...: one process at a time fills a cache entry; the
# second then finds it filled.
with_lock()
{
	local name=$1
	shift
	mkdir -p "$CACHE/lock"
	(
		exec 9>"$CACHE/lock/$name"
		flock 9
		"$@"
	)
}

# with_memory NAME COMMAND...: what a command says that asks apt, remembered as
# long as the package lists are the same: apt takes a second to read them, and is
# asked several times for each test.
with_memory()
{
	local file=$CACHE/apt/${1//\//-} said
	shift

	if [ "$file" -nt /var/lib/apt/lists ]; then
		cat "$file"
		return
	fi
	said=$("$@") || return
	mkdir -p "$CACHE/apt"
	echo "$said" >"$file.$$"
	mv "$file.$$" "$file"
	echo "$said"
}

# download_packages FOLDER PACKAGE...: their .deb files, as they are.
download_packages()
{
	(cd "$1" && apt-get -qq -o APT::Sandbox::User=root download "${@:2}" >&2)
}

# The package lists may be missing or may name versions that the archive has
# dropped since. Third-party lists may be broken; what we need is Debian's.
refresh_lists()
{
	[ "$(id -u)" = 0 ] || die "package lists are missing or stale; run: sudo apt-get update"
	say APT "refreshing the package lists"
	with_lock lists apt-get -qq update || true
}

# debian_sources SUITE: the archive that this machine itself uses, its mirror included. Who
# published a list is known only once it was downloaded.
# shellcheck disable=SC2016 # apt expands these, not the shell
debian_sources()
{
	apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)' \
		'Created-By: Packages' |
		awk -v suite="$1" '$4 == "Debian" && $2 ~ "^" suite {
			print "deb", $1, $2, $3 }' | sort -u
}
