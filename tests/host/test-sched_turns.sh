#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the guard bounds the round of a FIFO group's hogs, whoever naps beside them and
# proves: however little: by a model of a CPU with plugins/sched/guard.c in it; a guard that
# proves: takes what hogs run in others' naps for their turns, or gives them none, is found out

# shellcheck disable=SC2034 # for what is sourced
model=guard_model.c tested=guard.c others=(list.c adaptive.c)
# shellcheck source=tests/host/model.sh
. "$(dirname "$0")/model.sh"

build model "$SCHED/guard.c" || exit
"$WORK/model" 1 300 || exit
# A worn one that only runs has had no turn.
mutant 's/^\tif (slice->se == head)$/\tif (list_is_worn(head))\n\t\tfifo->worn_turn = jiffies;\n&/' 300
mutant 's/list_raise_worn(&fifo->list);/;/' 300
mutant 's/return share(fifo, fifo->list.count);/return fifo->guard;/' 300
mutant 's/^\tsend_back(fifo, curr);$/\t;/' 300
