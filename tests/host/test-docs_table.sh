#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the table of kernels is made of what the tests have left: a failure shows,
# proves: what ran outside a guest does not count, and where nothing ran there is none;
# proves: "make kernels" replaces the rows of kernels that it ran, and no other's

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version="Linux version 6.1.0-9-amd64 (a@b) (gcc-12 12.2.0) #1 SMP Debian 6.1.27-1 (2023-05-08)"

# left KERNEL TEST STATUS
left()
{
	mkdir -p "$work/test/$1/$2"
	echo "[    0.000000] ${version//6.1.0-9-amd64/$1}" >"$work/test/$1/$2/console.log"
	echo "$3" >"$work/test/$1/$2/status"
}

if "$TOP/tests/table" "$work/test" 2>/dev/null; then
	die "a table of nothing"
fi
left 6.12.9-amd64 log_a 0
left 6.1.0-9-amd64 log_a 0
left 6.1.0-9-amd64 log_b 0
left 6.1.0-9-amd64 log_c 1
left here docs_a 1
"$TOP/tests/table" "$work/test" | tee "$work/table"
diff - "$work/table" <<'END' || die "not the table it should be"
| kernel | package version | tests passed | failed |
|---|---|---|---|
| 6.1.0-9-amd64 | 6.1.27-1 | 2 | log_c |
| 6.12.9-amd64 | 6.1.27-1 | 1 | none |
END
"$TOP/tests/table" "$work/test" 6.12.9-amd64 | tee "$work/table"
[ "$(grep -c amd64 "$work/table")" = 1 ] || die "not of the one that was asked for"

# "make kernels", in a tree with a README of its own, where tests leave what they are told.
tree=$work/tree
mkdir -p "$tree/tests" "$tree/build/test/6.1.0-1-amd64/old"
cp -r "$TOP"/tests/{vm,table,kernels} "$tree/tests/"
cat >"$tree/tests/run" <<END
#!/bin/bash
work=$tree/build
$(declare -f left)
version="$version"
left "\$("$TOP/tests/vm/kernel" --release "\$3")" log_a "\$(cat "$tree/status")"
exit "\$(cat "$tree/status")"
END
chmod +x "$tree/tests/run"
grep -qx '<!-- tests/kernels -->' "$TOP/README.md" || die "README.md has no place for the table"
stock=$("$VM_DIR/kernel" --release stock)
# readme ROW...: with a table of these.
readme()
{
	printf '%s\n' before '<!-- tests/kernels -->' "$(head -n 2 "$work/table")" "$@" \
		'<!-- end -->' between old '<!-- end -->'
}

first="| 6.1.0-2-amd64 | by hand | as it was | none |"
last="| 6.999.0-1-amd64 | by hand | as it was | none |"
readme "$first" "| $stock | old | old | old |" "$last" >"$tree/README.md"
for status in 0 1; do
	echo $status >"$tree/status"
	[ "$("$tree/tests/kernels" stock >/dev/null; echo $?)" = $status ] || die "$status: its status"
	row=$("$tree/tests/table" "$tree/build/test" "$stock" | sed 1,2d)
	grep -q "^| $stock .*6.1.27-1" <<<"$row" || die "no row"
	readme "$first" "$row" "$last" | diff - "$tree/README.md" ||
		die "not in its place, or others' rows are not as they were"
done
