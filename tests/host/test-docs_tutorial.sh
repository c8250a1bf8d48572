#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the tutorial is true: its commands, run as they stand but for the folder
# proves: /tmp, and its code, put where it says, do what it says, "make shell KO=" too
# long
# timeout: 900

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"
# shellcheck source=tests/e2e/blocks.sh
. "$TOP/tests/e2e/blocks.sh"

page=$TOP/docs/tutorial.md
kernel=${KERNEL:-stock}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$TOP"
# As the other tests build them, or all would be built anew.
export WITH_TEST_MODULES=1

# part N: the Nth block of the page, with folders and the kernel of this test.
part()
{
	block "$page" "" "$1" |
		sed -e "s|/tmp/|$work/|g" -e "s|KERNEL=stock|KERNEL=$kernel|" \
			-e "s|kernel stock|kernel $kernel|" -e '/^make deps$/d'
}

# here N: run it.
here()
{
	part "$1" >"$work/commands"
	sed 's/^/  $ /' "$work/commands"
	bash -e "$work/commands" >"$work/log" 2>&1 || { cat "$work/log"; die "block $1 fails"; }
}

# there COMMANDS: in the virtual machine; what it says goes to $work/said.
there()
{
	bash -c "$(part 3) -s KERNEL=$kernel" <<<"$1" 2>&1 | tr '\r' '\n' >"$work/said"
}

# says LINE: a regular expression, for the whole of it.
says()
{
	grep -qx -- "$1" "$work/said" || { cat "$work/said"; die "it does not say: $1"; }
	echo "ok: $1"
}

# edit WHAT: the source, as the page tells for that section.
edit()
{
	part 5 >"$work/decide"
	part 6 >"$work/handler"
	part 7 >"$work/hooks"
	python3 - "$1" "$work" <<'END'
import re, sys
what, work = sys.argv[1:]
part = lambda name: open(f"{work}/{name}").read()
source = part("mine/connect.c")

def put(pattern, text):
    global source
    source, times = re.subn(pattern, lambda match: text, source, flags=re.S | re.M)
    assert times, pattern

if what == "answer":
    put(r"^asmlinkage bool connect_decide\([^)]*\)\n\{.*?^\}\n", part("decide"))
elif what == "two":
    put(r"^HOOKCORE_DECIDER\([^;]*;\n",
        re.search(r"^HOOKCORE_DECIDER\([^;]*;\n", source, re.M).group() + part("handler"))
    put(r"^static struct hookcore_hook connect_hook = \{.*?^\};\n", part("hooks"))
    put(r"&connect_hook, 1", "connect_hooks, ARRAY_SIZE(connect_hooks)")
else:
    put("tcp_v6_connect", "do_syscall_64")
open(f"{work}/mine/connect.c", "w").write(source)
END
	make -s -C "$work/mine" KDIR="$("$VM_DIR/kernel" "$kernel")/headers" \
		HOOKCORE="$work/vk/usr/src/hookcore" >"$work/log" 2>&1 ||
		{ cat "$work/log"; die "what the page tells does not build"; }
}

here 1
here 2
there "$(part 4)"
says 1
says "tcp_v4_connect .*owner=connect .*"

edit answer
edit two
# shellcheck disable=SC2016 # the shell there
there 'modprobe connect
for port in 25 5000; do for to in 127.0.0.1 ::1; do busybox nc $to $port; done; done
cat /sys/kernel/debug/connect/count'
for why in "Operation not permitted" "Connection refused"; do
	says "nc: can't connect to remote host (127.0.0.1): $why"
	[ "$(grep -c "^nc: .*: $why" "$work/said")" = 2 ] ||
		{ cat "$work/said"; die "not both say: $why"; }
done
says 4

edit refused
there "modprobe connect
dmesg | grep 'cannot hook' | sed 's/^[^]]*] //'
grep -c owner=connect /sys/kernel/debug/hookcore/hooks
$(part 9)"
says ".*connect.*: Operation not supported"
# How long the function is differs.
says "$(part 8 | sed 's|/0x.*|/0x[0-9a-f]*|')"
says 0
says "do_syscall_64.* no: .*"
