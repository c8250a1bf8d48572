#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while tasks fork, sleep, yield, change nice value, class, CPU and group, in
# proves: nested groups and under cpu.max, the policy changes again and again and the
# proves: plugin is unloaded; the list is always as long as the tree says
# kernels: all-long
# timeout: 300

exec "$(dirname "$0")/change.sh" 21 3
