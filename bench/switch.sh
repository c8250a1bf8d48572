#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: two tasks that wake one another in turns, under each policy of their
# measures: group, in guest instructions
# section: sched_switch
# kernels: all
# quick
# test: sched_cost
# takes: RUNS
