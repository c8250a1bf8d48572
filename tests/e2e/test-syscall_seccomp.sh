#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: for 10 generated sets of rules, by all three doors, each call ends as
# proves: it does under a seccomp filter of the same rules: value, signal, siginfo
# kernels: all-long
# append: syscall.x32=y audit=0
# timeout: 300

exec "$(dirname "$0")/equal.sh" 2026 10
