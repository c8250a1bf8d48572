#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: vkctl has help for each verb, colours on a terminal only, ends with 2 where
# proves: it is used wrongly and with 1 where there is no vKernel, and installs with
# proves: page and completion

# shellcheck source=tests/host/vkctl.sh
. "$(dirname "$0")/vkctl.sh"

verbs=$("$VKCTL" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p')
[ "$(wc -w <<<"$verbs")" = 16 ] || { echo "FAIL: verbs: $verbs"; failures=1; }
for verb in $verbs; do
	# All arguments of the wrapper are the runtime's.
	[ "$verb" != runtime ] || continue
	if run 0 "$VKCTL" "$verb" --help &&
		! grep -q "^usage: vkctl $verb " "$work/out"; then
		echo "FAIL: no help for $verb"
		failures=$((failures + 1))
	fi
	sed 's/\\-/-/g' "$TOP/tools/vkctl/vkctl.1" | grep "^\.BR $verb " >/dev/null ||
		{ echo "FAIL: $verb is not in the manual"; failures=$((failures + 1)); }
	run 2 "$VKCTL" "$verb" --no-such-option || true
	grep -q "^vkctl: no option --no-such-option$" "$work/err" ||
		{ echo "FAIL: $verb: $(cat "$work/err")"; failures=$((failures + 1)); }
done

run 2 "$VKCTL"
run 2 "$VKCTL" nothing
says "$work/err" 'vkctl: no verb "nothing"; vkctl --help lists them' "no such verb"
for verb in create set show rm detach learn log check module oci-hook; do
	run 2 "$VKCTL" "$verb" || true
done
for arguments in "create a b" "create .hidden" "create a/b" "create --pid 0 a" \
	"create --pid 1x a" "create --pid -3 a" "create --profile" "set a b" \
	"create --pid 99999999999999999999 a" "create --pid= a" "create --adopt a" \
	"create --adopt=1 --pid 2 a" "create --cap" "create --bundle" "set --profile" \
	"check --kernel" "check --arch" "check --print=1 x" "ls --json=1" \
	"gc --dry-run=1" "detach --force=1 a" "hooks --json=x" "doctor --json=x" \
	"log --json=x a" "show --json=x a" "top --once=1" "top -n -1" "top -n 1e10" \
	"top -d 1e9" "top -d -0" "top -d 0x" "top --rounds" "oci-hook --profile" \
	"oci-hook --fixed=1 poststop" "oci-hook --required=1 poststop" "oci-hook --default-profile" \
	"set a b=c" "set a b.c" "set a .b=c" "set a ../b.c=d" "rm a b" "ls a" "gc a" \
	"learn --arg a:0 b" "learn --start $(printf -- '--arg a:0 %.0s' {1..17})b" "learn --start --stop a" "top -n 0" "top -d 0" "top -d nan" "top -n 1x" "module new 1a" "module new" \
	"module new a-b" "module old a" "oci-hook prestart" "runtime --vkernel-no" \
	"runtime --vkernel-profile="; do
	# The name is asked for first where there is no vKernel to ask.
	case $arguments in set*) [ -d /sys/kernel/config/vkernel ] || continue ;; esac
	# shellcheck disable=SC2086 # words
	run 2 "$VKCTL" $arguments || true
done
for arguments in "create --bundle /none a" "set --bundle /none a b.c=d" \
	"check --bundle /none x" "check /none" "create --profile /none a"; do
	# shellcheck disable=SC2086 # words
	run 1 "$VKCTL" $arguments || true
done
if [ ! -d /sys/kernel/config/vkernel ]; then
	for arguments in "create a" "set a b.c=d" "show a" "ls" "rm a" "gc" "detach a" \
		"top" "learn a" "log a" "hooks" "doctor"; do
		# shellcheck disable=SC2086 # words
		run 1 "$VKCTL" $arguments || true
	done
	# It was the last one. Modules come from packages or from the tree.
	grep '^bad  *hookcore .*its headers.* dkms status.* make modules_install$' "$work/out" >/dev/null ||
		{ echo "FAIL: no word of how modules are installed"; failures=$((failures + 1)); }
fi
run 2 "$VKCTL" create web --no-such-option --pid 1 && says <(head -n 1 "$work/err") \
	"vkctl: no option --no-such-option" "an option behind a name"
run 2 "$VKCTL" create web --pid && says <(head -n 1 "$work/err") \
	"vkctl: --pid wants an argument" "an option's value behind a name"
run 1 "$VKCTL" create web --profile /none && says "$work/err" \
	"vkctl: /none: No such file or directory" "an option's value behind a name is seen"
# colours WHERE COMMAND...: on how many of its lines there are, written to a
# terminal or to a file.
colours()
{
	if [ "$1" = terminal ]; then
		script -qec "${*:2}" /dev/null
	else
		"${@:2}"
	fi </dev/null | grep -c $'\033' || true
}
for colours in "file env TERM=xterm" "terminal env TERM=dumb" "terminal env -u TERM" \
	"terminal env TERM=xterm NO_COLOR=1"; do
	# shellcheck disable=SC2086 # words
	says <(colours $colours "$VKCTL" doctor) 0 "no colours: $colours"
done
[ "$(colours terminal env -u NO_COLOR TERM=xterm "$VKCTL" doctor)" -gt 1 ] ||
	{ echo "FAIL: control: no colours on a terminal"; failures=$((failures + 1)); }
# Nothing is swallowed that did not get out.
status=0
"$VKCTL" --help >/dev/full 2>"$work/err" || status=$?
[ "$status" = 1 ] || { echo "FAIL: status $status with a full disk"; failures=$((failures + 1)); }
says "$work/err" "vkctl: standard output: cannot write" "a full disk is noticed"

make -s -C "$TOP" tools_install DESTDIR="$work/root" PREFIX=/usr
says <(cd "$work/root" && find . ! -type d | sort) './usr/bin/vkctl
./usr/bin/vkernel-runc
./usr/sbin/vkernel-load
./usr/share/bash-completion/completions/vkctl
./usr/share/man/man1/vkctl.1
./usr/share/man/man1/vkernel-runc.1
./usr/share/man/man8/vkernel-load.8' "installed"
if command -v man >/dev/null; then
	man --warnings=w -l "$TOP/tools/vkctl/vkctl.1" >/dev/null 2>"$work/err"
	says "$work/err" "" "the manual page has no mistake"
fi
# shellcheck source=tools/vkctl/vkctl.bash
. "$TOP/tools/vkctl/vkctl.bash"
COMP_WORDS=(vkctl d) COMP_CWORD=1 COMPREPLY=()
_vkctl
says <(printf '%s\n' "${COMPREPLY[@]}" | sort) 'detach
doctor' "completion of a verb"
COMP_WORDS=(vkctl create --p) COMP_CWORD=2 COMPREPLY=()
_vkctl
says <(printf '%s\n' "${COMPREPLY[@]}" | sort) '--pid
--profile' "completion of an option"
# Of each verb all that its source has.
for file in "$TOP"/tools/vkctl/*.c; do
	verb=$(sed -n 's/^	\.name = "\([a-z-]*\)",$/\1/p' "$file")
	while read -r option; do
		[[ -z $verb || " $(_vkctl_words "$verb") " == *" $option "* ]] ||
			{ echo "FAIL: completion of $verb lacks $option"; failures=$((failures + 1)); }
	done < <(sed -n 's/^	{ "\([a-z-]*\)", [a-z]*_argument, .*/--\1/p' "$file")
done

(cd "$work" && run 0 "$VKCTL" module new probe)
grep -q 'vkernel_syscall_replace(&probe_replacement)' "$work/probe/probe.c" ||
	{ echo "FAIL: no skeleton"; failures=$((failures + 1)); }
(cd "$work" && run 1 "$VKCTL" module new probe) || failures=$((failures + 1))
finish
