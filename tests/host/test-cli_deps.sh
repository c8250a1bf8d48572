#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where packages are missing, make stops for a user with the one command
# proves: to run, installs them for root without removing any, and else is silent

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# Nothing is asked of this machine's packages, and nothing installed: whoever
# calls these commands is told what the test wants it to hear.
mkdir "$work/bin"
cat >"$work/bin/dpkg-query" <<'EOF2'
#!/bin/sh
for package; do :; done
case " $FAKE_MISSING " in
*" $package "*) exit 1 ;;
*) echo installed ;;
esac
EOF2
cat >"$work/bin/id" <<'EOF2'
#!/bin/sh
echo "$FAKE_UID"
EOF2
cat >"$work/bin/apt-get" <<'EOF2'
#!/bin/sh
echo "$*" >>"$FAKE_LOG"
EOF2
chmod +x "$work"/bin/*

# attempt UID MISSING TARGET: what make says and does.
attempt()
{
	local status=0

	: >"$work/apt"
	PATH=$work/bin:$PATH FAKE_UID=$1 FAKE_MISSING=$2 FAKE_LOG=$work/apt \
		timeout 60 make -s --no-print-directory -C "$TOP" "$3" >"$work/out" 2>&1 || status=$?
	grep -v '^make.*: \*\*\*' "$work/out" >"$work/said" || true
	return "$status"
}

# equal WHAT FILE TEXT: the file has just that.
equal()
{
	if [ "$(cat "$2")" = "$3" ]; then
		echo "ok: $1"
		return
	fi
	echo "FAIL: $1: want"
	echo "$3"
	echo "but it is"
	cat "$2"
	failures=$((failures + 1))
}

command="sudo apt-get update && sudo apt-get install --no-remove --no-install-recommends"
for target in deps run test; do
	if attempt 1000 "cpio squashfs-tools" "$target"; then
		echo "FAIL: a user's make $target went on"
		failures=$((failures + 1))
	fi
	equal "a user's make $target says one command" "$work/said" \
		"Packages are missing. Install them, then try again:
  $command cpio squashfs-tools"
	equal "and calls nothing" "$work/apt" ""
done

attempt 0 "cpio squashfs-tools" deps || failures=$((failures + 1))
equal "root's installs them" "$work/apt" "-qq update
-q install -y --no-remove --no-install-recommends cpio squashfs-tools"

for user in 0 1000; do
	attempt "$user" "" deps || failures=$((failures + 1))
	cat "$work/apt" >>"$work/said"
	equal "nothing to do for uid $user" "$work/said" ""
done
[ "$failures" = 0 ]
