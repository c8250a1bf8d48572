#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: the memory of a vkernel, of 1,024 that are there at once, with rules on system
# measures: calls alone, and with all plugins
# section: vkernel
# kernels: all
# mem: 3G
# timeout: 1800

crowd=$(dirname "$0")/crowd.sh
"$crowd" 1024 && "$crowd" 1024 syscall log mm sched_params
