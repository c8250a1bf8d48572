#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hogs in a FIFO group, five hundred of them on one CPU, starve nobody: a task
# proves: that joins them, and one that sleeps in the kernel again and again with a lock,
# proves: delay no mkdir of the host in the cgroup filesystem by a second, and one that
# proves: sleeps beside a hog is soon awake; with the guard off it is not
# kernels: all
# long
# smp: 1
# icount: 1
# timeout: 3000

exec "$(dirname "$0")/guard.sh" 500
