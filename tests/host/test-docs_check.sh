#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: each checker of "make check" finds the fault in a file made bad for it,
# proves: and none in a good one

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

check()
{
	timeout 120 "$TOP/tests/check.sh" "$@" >"$work/out" 2>&1
}

# The word tells that it was this fault that was found, not another one.
expect_finding()
{
	local word=$1
	shift
	if check "$@"; then
		echo "$1: has not found the fault"
	elif ! grep -q -- "$word" "$work/out"; then
		echo "$1: found something else:"
		cat "$work/out"
	else
		echo "$1: found: $(grep -m1 -- "$word" "$work/out" | sed "s|$work/||")"
		return
	fi
	failures=$((failures + 1))
}

expect_none()
{
	if ! check "$@"; then
		echo "$1: found a fault in a good file:"
		cat "$work/out"
		failures=$((failures + 1))
	fi
}

cat >"$work/good.h" <<'END'
/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GOOD_H
#define GOOD_H

/**
 * good_sum() - add two numbers
 * @a: one.
 * @b: the other.
 *
 * Return: their sum.
 */
int good_sum(int a, int b);

#endif /* GOOD_H */
END

cat >"$work/good.sh" <<'END'
#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
echo "$1"
END

for checker in checkpatch kernel_doc clang_format width versions spdx blanks; do
	expect_none "$checker" "$work/good.h"
done
expect_none shellcheck "$work/good.sh"

# bad NAME SED-SCRIPT: the good header with a fault
bad()
{
	sed "$2" "$work/good.h" >"$work/$1"
}

bad brace.h 's/^int good_sum.*/struct bad\n{\n\tint a;\n};/'
expect_finding OPEN_BRACE checkpatch "$work/brace.h"
bad doc.h '/@b:/d'
expect_finding "'b' not described" kernel_doc "$work/doc.h"
bad format.h 's/(int a, int b)/( int a,int b )/'
expect_finding "format.h:12: not as" clang_format "$work/format.h"
bad width.h "s/their sum/$(printf 'x%.0s' {1..80})/"
expect_finding "width.h:10: 92 columns" width "$work/width.h"
bad version.h '/good_sum(int/i #if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)'
expect_finding "version.h:12:" versions "$work/version.h"
bad spdx.h 1d
expect_finding "no SPDX" spdx "$work/spdx.h"
bad blanks.h 's/ one\.$/ one. /'
expect_finding "blanks.h:7:" blanks "$work/blanks.h"
# shellcheck disable=SC2016 # the file's dollar, not ours
sed 's/"\$1"/$1/' "$work/good.sh" >"$work/bad.sh"
expect_finding SC2086 shellcheck "$work/bad.sh"

# sparse, on a module that is well but for one pointer
kdir=$("$VM_DIR/kernel" "${KERNEL:-stock}")/headers
mkdir "$work/module"
echo 'obj-m += sample.o' >"$work/module/Kbuild"
cat >"$work/module/sample.c" <<'END'
// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

static int sample_read(const char *buffer)
{
	return *buffer;
}

static int __init sample_init(void)
{
	return sample_read("x") == 'x' ? 0 : -EINVAL;
}
module_init(sample_init);

MODULE_LICENSE("GPL");
END
expect_none sparse "$kdir" "$work/module"
sed -i 's/char \*buffer/char __user *buffer/' "$work/module/sample.c"
expect_finding "address space" sparse "$kdir" "$work/module"

[ "$failures" = 0 ] || { echo "$failures checkers do not do what they say"; exit 1; }
