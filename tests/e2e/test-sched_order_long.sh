#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: tasks of a FIFO group pinned to one CPU and woken in a known order run in
# proves: that order, each until it sleeps, 1,000 times while nice value and policy
# proves: change; a thousand times in the order of fork, by turns if they yield, in nested
# proves: groups either of which has a cpu.max, and when the policy was NORMAL before each,
# proves: under load; twenty times pre-empted by another group's and by a real-time task;
# proves: without the policy they do not
# kernels: all
# smp: 1
# icount: 1
# timeout: 1800
# long

exec "$(dirname "$0")/order.sh" 1000
