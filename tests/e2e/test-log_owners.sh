#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: records of eight containers that write and crash at once, while interrupts
# proves: and a kernel thread log too, are each one's own: none lost, none twice
# kernels: all-long
# smp: 4
# append: printk.devkmsg=on log_buf_len=4M
# timeout: 1800

exec "$(dirname "$0")/owners.sh" 1 600 8
