#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: hogs in a FIFO group, five hundred of them on one CPU, starve nobody: a task
# proves: that joins them delays no mkdir of the host in the cgroup filesystem by a second more
# proves: than in a NORMAL group, and
# proves: one that sleeps beside a hog is soon awake; with the guard off it is not
# kernels: all
# long
# timeout: 3000

exec "$(dirname "$0")/guard.sh" 500
