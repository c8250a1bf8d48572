# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A file of plugins/sched with a model around it, on the host, and with a fault in it,
# which the model has to find out. Sourced, with $model, $tested and $others set.

# shellcheck source=tests/vm/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../vm/common.sh"

HOST=$TOP/tests/host
SCHED=$TOP/plugins/sched
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# The kernel's headers that they ask for; sched_host.h has what they need of them.
mkdir "$WORK/linux"
touch "$WORK"/linux/{compiler,jiffies,jump_label_ratelimit,kernel,math64,rbtree,sched,time64,types}.h

# build PROGRAM FILE [OPTION]: the model around that file.
# shellcheck disable=SC2154 # set by who sources this
build()
{
	gcc -O2 -g -Wall -Wextra -Werror -fsanitize=address,undefined \
		-include "$HOST/sched_host.h" "-I$HOST" "-I$WORK" "-I$SCHED" \
		-o "$WORK/$1" "$HOST/$model" "$2" "${others[@]/#/$SCHED/}" "${@:3}"
}

# mutant SED STEPS: a file with this changed is found out.
# shellcheck disable=SC2154 # the same
mutant()
{
	sed "$1" "$SCHED/$tested" >"$WORK/$tested"
	! cmp -s "$WORK/$tested" "$SCHED/$tested" || {
		echo "FAIL: nothing to change: $1"
		exit 1
	}
	build mutant "$WORK/$tested" || exit
	! "$WORK/mutant" 1 "$2" >"$WORK/said" 2>&1 || {
		echo "FAIL: not found out: $1"
		exit 1
	}
	echo "ok: found out: $1: $(grep -m1 FAIL "$WORK/said" || sed -n 1p "$WORK/said")"
}
