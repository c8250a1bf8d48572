#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what an ADAPTIVE group chooses, when, and for how long: by a model of a CPU with
# proves: plugins/sched/adaptive.c and guard.c in it; one that does not learn, learns at once,
# proves: does not forget, or counts what was before is found out

# shellcheck disable=SC2034 # for what is sourced
model=adaptive_model.c tested=adaptive.c others=(list.c guard.c)
# shellcheck source=tests/host/model.sh
. "$(dirname "$0")/model.sh"

for eevdf in 0 1; do
	echo "-- COMPAT_EEVDF=$eevdf"
	build model "$SCHED/adaptive.c" "-DCOMPAT_EEVDF=$eevdf" && "$WORK/model" || exit
done
mutant 's/is_again ? LONG_AGAIN/is_again || 1 ? LONG_AGAIN/' 1
mutant 's/is_again ? LONG_AGAIN/is_again \&\& 0 ? LONG_AGAIN/' 1
mutant 's/time_before(jiffies, seen->again)/time_before(jiffies, seen->until + 2 * ticks)/' 1
mutant 's/adaptive_ran(curr) - seen->since <= most/adaptive_ran(curr) <= most/' 1
mutant 's/seen->bursts < BURSTS_LEAST/false/' 1
mutant 's/fifo->seen = (struct fifo_seen){.*/fifo->seen.count = 0;/' 1
