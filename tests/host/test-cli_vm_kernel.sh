#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: KERNEL= takes a release, a series or a flavour, and refuses in one line
# proves: what is only the beginning of a package's name

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Who knows no such release looks for newer lists: not while other tests run.
printf '#!/bin/sh\n' >"$work/apt-get"
chmod +x "$work/apt-get"
PATH=$work:$PATH

# names NAME PATTERN: NAME stands for a release like this.
names()
{
	local release

	release=$("$TOP/tests/vm/kernel" --release "$1") || true
	[[ $release =~ ^$2$ ]] || { echo "FAIL: $1 is '$release'"; failures=1; }
}

names stock '[0-9.]+-[0-9]+-amd64'
names 6.1 '6\.1\.0-[0-9]+-amd64'
names 6.12 '6\.12\.[0-9]+\+deb12-amd64'
names 6.12-cloud '6\.12\.[0-9]+\+deb12-cloud-amd64'
names oldest-6.1 '6\.1\.0-[0-9]+-amd64'
stock=$("$TOP/tests/vm/kernel" --release stock)
names "$stock" "$stock"

said=$("$TOP/tests/vm/kernel" --release "${stock%-*}" 2>&1 >/dev/null) &&
	{ echo "FAIL: ${stock%-*} is taken for a release"; failures=1; }
[ "$(grep -c "no kernel package for '${stock%-*}'" <<<"$said")" = 1 ] ||
	{ echo "FAIL: ${stock%-*}: $said"; failures=1; }
[ "$failures" = 0 ]
