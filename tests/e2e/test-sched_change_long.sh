#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while tasks fork, sleep, yield, change nice value, class, CPU and group, in
# proves: nested groups and under cpu.max, the policy changes a thousand times, and a
# proves: hundred times the plugin is unloaded and loaded, and lists are made of whoever runs,
# proves: waits, is throttled, or sleeps and is not dequeued yet; the list is always as long
# proves: as the tree says
# kernels: all
# long
# timeout: 3000

exec "$(dirname "$0")/change.sh" 1000 100
