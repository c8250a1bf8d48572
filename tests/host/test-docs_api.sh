#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: "make html" writes a page for each header of the interfaces, in which all
# proves: is that they document or declare, and what hookcore exports; what is not
# proves: documented is found missing, and a fault in the documentation stops it
# long
# timeout: 300

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

headers=(hookcore hookcore_reason vkernel vkernel_syscall)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# fail WORDS: and what was said.
fail()
{
	echo "$1:"
	cat "$work/out"
	failures=$((failures + 1))
}

# documented FILE...: what has kernel-doc.
documented()
{
	sed -nE '/^\/\*\*$/{n; s/^ \* ((struct|enum|union|define) )?(\w+)(\(\))? - .*/\3/p}' "$@"
}

# declared FILE...: functions, but for those between "private:" and "public:".
declared()
{
	perl -0ne '
		s{/\*[\s*]*private:.*?\*/}{\x01}gs;
		s{/\*[\s*]*public:.*?\*/}{\x02}gs;
		s{/\*.*?\*/}{}gs;
		s{^[ \t]*#(?:.*\\\n)*.*$}{}gm;
		1 while s/\{[^{}]*\}/;/;
		s/\x01[^\x02]*\x02//g;
		print "$1\n" while /\b(\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*;/g;
	' "$@"
}

# exported INCLUDE: by hookcore, and known to these headers.
exported()
{
	local name

	sed -nE 's/^EXPORT_SYMBOL(_GPL)?\((\w+)\);/\2/p' "$TOP"/hookcore/*.c |
		while read -r name; do
			! grep -qw "$name" "$1"/hookcore*.h || echo "$name"
		done
}

# complete INCLUDE: is in the pages what is in the headers there?
complete()
{
	local files=("${headers[@]/%/.h}")

	files=("${files[@]/#/$1/}")
	documented "${files[@]}" | sort -u >"$work/documented"
	declared "${files[@]}" | sort -u >"$work/declared"
	exported "$1" | sort -u >"$work/exported"
	grep -oh 'id="c\.[^"]*"' "$work"/html/*.html | sed 's/^id="c\.//; s/^struct_\.//; s/"$//' |
		sort -u >"$work/shown"
	sort -u "$work"/{documented,declared,exported} | comm -23 - "$work/shown" >"$work/out"
	[ ! -s "$work/out" ]
}

# html [INCLUDE]
html()
{
	timeout 120 "$TOP/docs/api/html" "$work/html" "$@" >"$work/out" 2>&1
}

html || fail "the pages cannot be written"
complete "$TOP/include" || fail "what these headers have is in no page"
for list in documented declared exported; do
	lines=$(wc -l <"$work/$list")
	echo "$list: $lines"
	# Lists that are empty would be complete.
	[ "$lines" -ge 10 ] || fail "of what is $list not all was found"
done
for name in index genindex "${headers[@]}"; do
	[ -s "$work/html/$name.html" ] || fail "no $name.html"
done
# Who reads them needs no network, and learns nothing of where they were written.
grep -rE '<(script|link|img)[^>]* (src|href)="(https?:)?//' "$work/html" --include='*.html' \
	>"$work/out" && fail "a page fetches something"
grep -rlF -e "$TOP" -e "$work" "$work/html" >"$work/out" &&
	fail "a page names a folder of this machine"

# spoil SED-SCRIPT: headers with a fault.
spoil()
{
	rm -rf "$work/include"
	cp -r "$TOP/include" "$work/include"
	sed -i "$1" "$work/include/hookcore.h"
}

spoil "\$i int hookcore_secret(int a);"
html "$work/include" || fail "control: a function without documentation stops it"
if complete "$work/include" || [ "$(cat "$work/out")" != hookcore_secret ]; then
	fail "control: a function without documentation is not missed"
else
	echo "found: $(cat "$work/out")"
fi

# refused WORDS SED-SCRIPT
refused()
{
	spoil "$2"
	if html "$work/include" || ! grep -q "$1" "$work/out"; then
		fail "control: not refused: $1"
	else
		echo "found: $(grep -m1 "$1" "$work/out" | sed "s|.*/||")"
	fi
}

refused "'count' not described" '/^ \* hookcore_unregister() -/,/^ \*\// { /@count:/d }'
refused "Inline literal start-string" 's/^ \* A dry run:/ * A ``dry run:/'

[ "$failures" = 0 ]
