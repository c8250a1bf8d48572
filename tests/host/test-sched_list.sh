#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the list of a FIFO group is as an array would be, whoever comes, goes, comes
# proves: back or is raised; a list with a fault in any of its functions is found out

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

HOST=$TOP/tests/host
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# build PROGRAM LIST
build()
{
	gcc -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined \
		-include "$HOST/sched_host.h" "-I$HOST" "-I$TOP/plugins/sched" \
		-o "$WORK/$1" "$HOST/list_model.c" "$2"
}

# mutant SED: a list with this changed does otherwise than the array.
mutant()
{
	sed "$1" "$TOP/plugins/sched/list.c" >"$WORK/list.c"
	! cmp -s "$WORK/list.c" "$TOP/plugins/sched/list.c" || {
		echo "FAIL: nothing to change: $1"
		exit 1
	}
	build mutant "$WORK/list.c" || exit
	! "$WORK/mutant" 1 100000 >"$WORK/said" 2>&1 || {
		echo "FAIL: not found out: $1"
		exit 1
	}
	echo "ok: found out: $1"
}

build model "$TOP/plugins/sched/list.c" || exit
for seed in 1 2 3; do
	"$WORK/model" $seed 500000 || exit
done
mutant 's/if (list->worn == se)/if (0)/'
mutant 's/set_prev(next, se, list_is_worn(next))/set_prev(next, se, false)/'
mutant 's/list->worn ? prev_of(list->worn) : list->tail/list->tail/'
mutant 's/if (place->first_worn)/if (0)/'
mutant 's/place->is_worn);/false);/'
mutant '/worn_count -= /d'
mutant 's/ || place->changes != list->changes//'
mutant 's/if (!list->worn)/if (1)/'
