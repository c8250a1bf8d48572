#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a guest passes only if its script ended with 0, said so with the nonce
# proves: of this run, in time, and the kernel log is clean: each other way fails,
# proves: leaks that kmemleak finds at the end, too;
# proves: one that dies before its script begins is booted once more, and shown, as is
# proves: one whose clock has been measured wrongly
# long

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# attempt WANT REASON NAME TEXT [OPTION]...: boot with a script that says TEXT.
attempt()
{
	local want=$1 reason=$2 name=$3 text=$4 status=passes
	shift 4

	printf '#!/bin/bash\n%s\n' "$text" >"$work/$name.sh"
	"$VM_DIR/run" --quiet --smp 1 --logs "$work/$name" "$@" "$work/$name.sh" \
		>"$work/$name.out" 2>&1 || status=fails
	if [ "$status" = "$want" ] && [[ $(cat "$work/$name.out") == *"$reason"* ]]; then
		echo "ok: $name: $status ${reason:+($reason)}"
		return
	fi
	echo "$name: $status, should be: $want ($reason)"
	cat "$work/$name.out"
	return 1
}

# Two at a time, as many as there are processors to expect.
pair()
{
	wait -n || failures=$((failures + 1))
	wait -n || failures=$((failures + 1))
}

attempt passes '' all-well 'echo hello; exit 0' &
attempt fails 'exit status 3' exit-3 'exit 3' &
pair
attempt fails 'log is not clean' splat-in-log 'echo "BUG: a bad one" >/dev/kmsg' &
attempt fails 'the guest died' panic 'echo c >/proc/sysrq-trigger; sleep 60' &
pair
attempt fails 'the guest died' early-end 'echo "vm-0000000000000000 exit=0"; busybox reboot -f' &
attempt fails 'no end after' hang 'sleep 600' --timeout 25 &
pair

# stand_in FILE: for kmemleak. As with that, the size of what is in /proc is 0.
stand_in()
{
	echo "mount -t tmpfs tmpfs /sys/kernel/debug && touch /sys/kernel/debug/kmemleak &&
		mount --bind $1 /sys/kernel/debug/kmemleak"
}

# What the first gives back is what was written to it, the second nothing.
attempt fails 'log is not clean' leak "$(stand_in /proc/sys/kernel/hostname)" &
attempt passes '' no-leak "$(stand_in /dev/null)" &
pair

# die_first TIMES: the first guests end at once.
die_first()
{
	mkdir -p "$work/die-$1"
	cat >"$work/die-$1/qemu-system-x86_64" <<-EOF
		#!/bin/bash
		echo >>"$work/die-$1/boots"
		[ \$(wc -l <"$work/die-$1/boots") -gt $1 ] || exit 0
		exec $(command -v qemu-system-x86_64) "\$@"
	EOF
	chmod +x "$work/die-$1/qemu-system-x86_64"
}

die_first 1
PATH=$work/die-1:$PATH attempt passes 'booted twice: the guest died' dies-once 'exit 0' &
die_first 2
PATH=$work/die-2:$PATH attempt fails 'died before the test began' dies-twice 'exit 0' &
pair

# What the kernel says of its clock then; its own line, with all that it was started with,
# stands in the log.
clock='tsc: PIT calibration deviates from HPET'
attempt passes '' good-clock 'exit 0' &
attempt fails 'died before the test began' bad-clock 'exit 0' --append "said=\"$clock\"" &
pair
grep -q 'booted twice' "$work/bad-clock.out" || failures=$((failures + 1))
[ "$failures" = 0 ]
