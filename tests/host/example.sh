# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the tests of the examples: each builds against nothing but what "make
# install" has installed, and works. Sourced.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Who has examples elsewhere says where.
examples=$TOP/examples

# build_example NAME KDIR VARIABLE FOLDER: build a copy, far from our tree.
build_example()
{
	rm -rf "$work/theirs"
	cp -r "$examples/$1" "$work/theirs"
	make -C "$work/theirs" KDIR="$2" "$3=$4" >"$work/log" 2>&1
}

# try_example KERNEL NAME VARIABLE FOLDER SCRIPT: the example NAME, told by
# VARIABLE of /usr/src/FOLDER; SCRIPT tries it in a guest.
try_example()
{
	local kdir kernel=$1 name=$2 variable=$3 installed=$work/root/usr/src/$4

	kdir=$("$VM_DIR/kernel" "$kernel")
	make -s -C "$TOP" install KERNEL="$kernel" DESTDIR="$work/root" WITH_TEST_MODULES=1
	if grep -rnF "$TOP/build" "$installed"; then
		die "what is installed knows where it was built"
	fi
	build_example "$name" "$kdir/headers" "$variable" "$installed" ||
		{ cat "$work/log"; die "does not build"; }
	if grep -rqF -e "$TOP/include/" -e "$TOP/build/" "$work/theirs"; then
		die "it was built against more than what is installed"
	fi
	"$VM_DIR/guest" --no-build "$kernel" "$TOP/tests/e2e/$5" --direct \
		--ko "$work/theirs/$name.ko" --logs "$work/logs" || return
	if build_example "$name" "$kdir/headers" "$variable" "$work/nowhere"; then
		die "it builds without what is installed"
	fi
}

# try_examples NAME VARIABLE FOLDER SCRIPT [KERNELS]: on the kernel asked for, or
# else on these: both series.
try_examples()
{
	local kernel kernels=${KERNEL:-stock}

	[ "$kernels" != stock ] || kernels=${5:-stock 6.12}
	for kernel in $kernels; do
		try_example "$kernel" "${@:1:4}"
	done
}
