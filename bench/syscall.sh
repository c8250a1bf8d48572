#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a system call, under our rules, under seccomp with the same profile
# measures: and under neither, in guest instructions; the median of five runs
# bring: profiles

# shellcheck source=tests/e2e/price.sh
. "$(dirname "$0")/price.sh"

price_runs=5
price_measure
price_table
price_done
