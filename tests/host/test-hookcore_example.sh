#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a module of somebody else's, examples/connect, builds against nothing
# proves: but what "make install" has installed, and works
# timeout: 600

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
installed=$work/root/usr/src/hookcore

# example KDIR HOOKCORE: build a copy, far from our tree.
example()
{
	rm -rf "$work/theirs"
	cp -r "$TOP/examples/connect" "$work/theirs"
	make -C "$work/theirs" KDIR="$1" HOOKCORE="$2" >"$work/log" 2>&1
}

try_on()
{
	local kdir kernel=$1

	kdir=$("$VM_DIR/kernel" "$kernel")
	make -s -C "$TOP" install KERNEL="$kernel" DESTDIR="$work/root" WITH_TEST_MODULES=1
	if grep -rnF "$TOP/build" "$installed"; then
		die "what is installed knows where it was built"
	fi
	example "$kdir/headers" "$installed" || { cat "$work/log"; die "does not build"; }
	if grep -rqF -e "$TOP/include/" -e "$TOP/build/" "$work/theirs"; then
		die "it was built against more than what is installed"
	fi
	"$VM_DIR/guest" --no-build "$kernel" "$TOP/tests/e2e/example.sh" \
		--ko "$work/theirs/connect.ko" --logs "$work/logs" || return
	if example "$kdir/headers" "$work/nowhere"; then
		die "it builds without what is installed"
	fi
}

chosen=${KERNEL:-stock}
try_on "$chosen"
# Both series, unless one was asked for.
[ "$chosen" != stock ] || try_on 6.12
