#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: how long the machine stands still for an install, a removal, and a look at
# measures: who has not left, for 1 and 1,000 hooks, beside sleeping and runnable tasks, in
# measures: guest instructions
# section: stop
# kernels: all
# smp: 1
# icount: 1
# timeout: 1800
# once: each figure is the greatest of three
# mem: 2G

# shellcheck source=tests/e2e/stop.sh
. "$(dirname "$0")/stop.sh"

# rows TASKS KIND: one for each number of hooks.
rows()
{
	local hooks install remove look

	for hooks in 1 10 100 1000; do
		read -r install remove look _ < <(stop_measure $hooks 3) || return
		printf '%8d %-7s %6d %12d %12d %12d\n' "$1" "$2" $hooks "$install" "$remove" "$look"
		figure stop "$hooks hooks: install" "$1 tasks $2" instructions "$install"
		figure stop "$hooks hooks: remove" "$1 tasks $2" instructions "$remove"
		figure stop "$hooks hooks: look at who is inside" "$1 tasks $2" instructions "$look"
	done
}

stop_begin || exit 1
echo "Guest instructions (at 1 ns each) in the longest of 3 stops, $(uname -r):"
printf '%8s %-7s %6s %12s %12s %12s\n' tasks "" hooks install remove look
for tasks in "10 asleep" "1000 asleep" "10000 asleep" "100 busy"; do
	# shellcheck disable=SC2086 # two words
	stop_beside $tasks rows $tasks || exit 1
done
stop_end
control stop "a stop counts where it wrote all that so many hooks need, and all three did; so many tasks were there before it began"
