#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hooks come and go by the hundred while tasks are in the window, asleep in
# proves: the original and in recursion, beside ftrace, kprobes and a livepatch of the
# proves: same functions
# kernels: any
# smp: 2
# append: preempt=full
# timeout: 900
# kaslr

exec bash "$(dirname "$0")/torture.sh" 3 beside 24
