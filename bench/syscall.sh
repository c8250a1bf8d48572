#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a system call, under our rules, under seccomp with the same profile
# measures: and under neither, in guest instructions
# section: syscall
# kernels: all
# quick
# smp: 1
# icount: 1
# timeout: 1800
# bring: profiles
# takes: RUNS

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

# shellcheck disable=SC2034 # for price_measure()
price_runs=$RUNS price_options=(-a)
price_calls+=" write stat pipe five"
price_measure
price_table
price_figures
control syscall "in the container that was measured keyctl was answered as without us, then denied by the profile, and personality allowed"
version_of crun
price_done
