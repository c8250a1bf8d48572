#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: loading and unloading the plugin five times, while processes of the
# proves: host and of a container fork, sleep in and leave system calls, harms
# proves: nobody
# long
# smp: 4
# timeout: 600

exec "$(dirname "$0")/cycles.sh" 5
