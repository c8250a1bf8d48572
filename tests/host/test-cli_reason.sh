#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkernel-load shows what a module that does not load has said in the kernel log,
# proves: and nothing older, with times or without, also where the log wraps meanwhile

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo hookcore >"$work/conf"
mkdir "$work/bin"
export LOG=$work/log

# A kernel log of four lines, and a module that says SAYS and is refused.
cat >"$work/bin/dmesg" <<'END'
#!/bin/sh
tail -n 4 "$LOG"
END
cat >"$work/bin/modprobe" <<'END'
#!/bin/sh
printf '%s\n' "$SAYS" >>"$LOG"
echo "modprobe: ERROR: refused" >&2
exit 1
END
printf '#!/bin/sh\n' >"$work/bin/modinfo"
chmod +x "$work"/bin/*

# case_of WHAT LOG SAYS SHOWN
case_of()
{
	local shown

	printf '%s' "$2" >"$LOG"
	SAYS=$3 PATH=$work/bin:$PATH VKERNEL_CONF=$work/conf \
		"$TOP/tools/vkernel-load" start >"$work/out" 2>&1 && die "$1: it succeeds"
	shown=$(sed -n 's/^  //p' "$work/out")
	[ "$shown" = "$4" ] || die "$1: it shows \"$shown\", not \"$4\""
	echo "ok: $1"
}

why="hookcore: not loaded: this kernel has no"
case_of "an older reason" $'[ 1.0] eth0: up\n[ 1.1] '"$why x"$'\n[ 1.2] eth0: down\n' \
	"[ 2.0] $why y" "$why y"
case_of "the log wraps" "[ 1.1] $why x"$'\n[ 1.2] a\n[ 1.3] b\n[ 1.4] c\n' \
	$'[ 2.0] d\n[ 2.1] e\n[ 2.2] '"$why y"$'\n[ 2.3] f' "$why y"
case_of "no times" $'a\n'"$why x"$'\nb\n' "$why y" "$why y"
case_of "who said it" $'[ 1.0] [ T1] a\n' "[ 2.0] [ T2] $why y" "$why y"
case_of "an empty log" "" "[ 2.0] $why y" "$why y"
case_of "nothing said" "[ 1.1] $why x"$'\n' "[ 2.0] eth0: up" ""
