#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the guard bounds the round of a FIFO group's hogs, whoever naps beside them and
# proves: however little: by a model of a CPU with plugins/sched/guard.c in it; a guard that
# proves: takes what hogs run in others' naps for their turns, or gives them none, is found out

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

HOST=$TOP/tests/host
SCHED=$TOP/plugins/sched
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# The kernel's headers that they ask for; sched_host.h has what they need of them.
mkdir "$WORK/linux"
touch "$WORK"/linux/{compiler,jiffies,jump_label_ratelimit,kernel,math64,rbtree,time64,types}.h

# build PROGRAM GUARD
build()
{
	gcc -O2 -g -Wall -Wextra -Werror -fsanitize=address,undefined \
		-include "$HOST/sched_host.h" "-I$HOST" "-I$WORK" "-I$SCHED" \
		-o "$WORK/$1" "$HOST/guard_model.c" "$2" "$SCHED/list.c" "$SCHED/adaptive.c"
}

# mutant SED: a guard with this changed lets hogs wait for too long.
mutant()
{
	sed "$1" "$SCHED/guard.c" >"$WORK/guard.c"
	! cmp -s "$WORK/guard.c" "$SCHED/guard.c" || {
		echo "FAIL: nothing to change: $1"
		exit 1
	}
	build mutant "$WORK/guard.c" || exit
	! "$WORK/mutant" 1 300 >"$WORK/said" 2>&1 || {
		echo "FAIL: not found out: $1"
		exit 1
	}
	echo "ok: found out: $1: $(cat "$WORK/said")"
}

build model "$SCHED/guard.c" || exit
"$WORK/model" 1 300 || exit
# A worn one that only runs has had no turn.
mutant 's/^\tif (slice->se == head)$/\tif (list_is_worn(head))\n\t\tfifo->worn_turn = jiffies;\n&/'
mutant 's/list_raise_worn(&fifo->list);/;/'
mutant 's/return share(fifo, fifo->list.count);/return fifo->guard;/'
mutant 's/^\tsend_back(fifo, curr);$/\t;/'
