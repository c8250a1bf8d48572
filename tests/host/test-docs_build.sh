#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: who builds by hand, as docs/operating.md says, gets all seven modules and the
# proves: tools where they belong, no module of the tests, and what examples build
# proves: against, as docs/own-module.md says
# long
# timeout: 1500

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"
# shellcheck source=tests/e2e/blocks.sh
. "$TOP/tests/e2e/blocks.sh"

kdir=$("$VM_DIR/kernel" "${KERNEL:-stock}")
release=${kdir##*/}
# A tree of its own: what the other tests run is built otherwise.
mkdir "$work/tree"
tar -C "$TOP" --exclude=./build --exclude=./.git -c . | tar -C "$work/tree" -x
cd "$work/tree"
# Nothing of this machine is written to, and its kernel is another one.
here_it_is="s|/lib/modules/RELEASE/build|$kdir/headers|; s|DESTDIR=/tmp|DESTDIR=$work|
	s|^make\>|& INSTALL_MOD_PATH=$work/root DESTDIR=$work/root KDIR=$kdir/headers|"

# says PAGE HEADING N LINES: do what the page says.
says()
{
	local status=0

	commands "$TOP/docs/$1" "${@:2}" >"$work/log" 2>&1 || status=$?
	sed 's/^/  # /' <<<"$typed"
	[ $status = 0 ] || { cat "$work/log"; die "status $status"; }
}

says operating.md "Or build by hand" 1 2,5
for module in hookcore vkernel vkernel_{log,mm,sched,sched_params,syscall}; do
	modinfo -b "$work/root" -k "$release" -n "$module" || die "no module $module"
done
[ "$(find "$work/root/lib/modules" -name '*.ko*' | wc -l)" = 7 ] || die "and others"
"$work/root/usr/bin/vkctl" --help >/dev/null || die "no vkctl"
"$work/root/usr/sbin/vkernel-load" nonsense 2>/dev/null && die "vkernel-load takes anything"
says own-module.md "Install what you build against" 1 2,4
for usr in root/usr package/usr/local; do
	build_example connect "$kdir/headers" HOOKCORE "$work/$usr/src/hookcore" ||
		{ cat "$work/log"; die "the example does not build against $usr"; }
done
