#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the list of a FIFO group is as an array would be, whoever comes, goes, comes
# proves: back or is raised; a list with a fault in any of its functions is found out

# shellcheck disable=SC2034 # for what is sourced
model=list_model.c tested=list.c others=()
# shellcheck source=tests/host/model.sh
. "$(dirname "$0")/model.sh"

build model "$SCHED/list.c" || exit
for seed in 1 2 3; do
	"$WORK/model" $seed 500000 || exit
done
mutant 's/if (list->worn == se)/if (0)/' 100000
mutant 's/set_prev(next, se, list_is_worn(next))/set_prev(next, se, false)/' 100000
mutant 's/list->worn ? prev_of(list->worn) : list->tail/list->tail/' 100000
mutant 's/if (place->first_worn)/if (0)/' 100000
mutant 's/place->is_worn);/false);/' 100000
mutant '/worn_count -= /d' 100000
mutant 's/ || place->changes != list->changes//' 100000
mutant 's/if (!list->worn)/if (1)/' 100000
