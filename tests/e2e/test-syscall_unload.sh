#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: while 1,000 tasks of a container sleep in all kinds of calls, the plugin
# proves: is busy and they stay confined; detached, its text is restored
# proves: within a second, rmmod is done within 30, and the calls return normally
# kernels: all
# long
# mem: 2G
# timeout: 900

exec "$(dirname "$0")/asleep.sh" 1000
