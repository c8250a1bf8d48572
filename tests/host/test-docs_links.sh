#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: every link, path of the tree and make target that the documents name
# proves: exists; and one that does not is found

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

links()
{
	timeout 60 "$TOP/tests/check-links.py" "$1" >"$work/out" 2>&1
}

fail()
{
	echo "$1:"
	cat "$work/out"
	failures=$((failures + 1))
}

links "$TOP" || fail "the documents name what is not there"
echo "$(cat "$TOP"/{,docs/,contrib/}*.md | wc -l) lines of documents looked at"

# A tree in which all is well, then one with one fault at a time.
tree=$work/tree
mkdir -p "$tree"/{docs,hookcore,contrib,debian}
touch "$tree/hookcore/hook.c"
printf 'all: modules\nmodules test:\n\ttrue\n' >"$tree/Makefile"
cat >"$tree/docs/page.md" <<'END'
# A page
## Known gaps
END
cat >"$tree/README.md" <<'END'
See [the page](docs/page.md#known-gaps), `hookcore/hook.c` and `hookcore/NAME.c`.

    make test      # tests what is there

Or `make TESTS=some modules`.
END
for folder in contrib debian; do
	echo 'See [the page](../docs/page.md).' >"$tree/$folder/README.md"
done
links "$tree" || fail "found a fault where there is none"

# expect WHAT SED-SCRIPT [PAGE]
expect()
{
	local page=$tree/${3:-README.md}

	cp "$page" "$work/page"
	sed -i "$2" "$page"
	if links "$tree" || ! grep -q "$1" "$work/out"; then
		fail "has not found: $1"
	else
		echo "found: $(cat "$work/out")"
	fi
	mv "$work/page" "$page"
}

expect "no such file: docs/pages.md" 's|docs/page.md|docs/pages.md|'
expect "no such heading: docs/page.md#known-gap" 's|#known-gaps|#known-gap|'
expect "no such path: hookcore/hooks.c" 's|hookcore/hook.c|hookcore/hooks.c|'
expect "no such path: hookcore/NAME.h" 's|NAME.c|NAME.h|'
expect "no such target: make tests" 's|make test |make tests |'
expect "no such target: make module" 's|some modules|some module|'
for folder in contrib debian; do
	expect "$folder/README.md: no such file: ../page.md" 's|docs/||' $folder/README.md
done

[ "$failures" = 0 ]
