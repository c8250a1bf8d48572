#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: of the kernel's functions with an ftrace site 99.2 % or more can be
# proves: hooked, and each refusal has a reason; every twentieth of them hooked at
# proves: once, under load, and unhooked leaves no trace
# append: tsc=nowatchdog
# kernels: all-long
# timeout: 600
# kaslr

# shellcheck source=tests/e2e/sweep.sh
. "$(dirname "$0")/sweep.sh"

seed=${SWEEP_SEED:-$((RANDOM % 20))}

modprobe hookcore && modprobe hookcore_sweep || fail "modules do not load"
before=$(text)

echo "   with, without an ftrace site"
cat $sweep/table
traced=$(sweep_answers '*' 1)
possible=$(sweep_answers ok 1)
awk "BEGIN { printf \"%d of %d with an ftrace site: %.2f %%\\n\", $possible, $traced, 100 * $possible / $traced }"
# The kernel's own list of them; those of modules and of freed text apart.
listed=$(grep -vc '\[\|__ftrace_invalid' /sys/kernel/tracing/available_filter_functions)
[ $((traced > listed ? traced - listed : listed - traced)) -le $((listed / 1000)) ] ||
	fail "$traced functions with an ftrace site, but $listed listed"
[ $((possible * 1000)) -ge $((traced * 992)) ] || fail "too few"

echo "-- each refusal has a reason"
answers=$(($(sweep_answers '*' 1) + $(sweep_answers '*' 2) -
	$(sweep_answers ok 1) - $(sweep_answers ok 2)))
equal "as many lines as refusals" "$(grep -c ': .*: .' $sweep/refused)" "$answers"

echo "-- every twentieth function, from the ${seed}th on (SWEEP_SEED=$seed)"
sweep_start
sweep_cycle 20 "$seed" 1 "$before"
sweep_cycle 20 "$((seed + 7))" 1 "$before"
sweep_stop
equal "kernel text" "$(text)" "$before"
rmmod hookcore_sweep hookcore || fail "cannot unload"
