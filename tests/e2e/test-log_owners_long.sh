#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same for a million records
# kernels: all
# long
# smp: 4
# append: printk.devkmsg=on log_buf_len=16M
# timeout: 10800

OWNERS_LEAST=1000000 OWNERS_PATIENCE=1800 exec "$(dirname "$0")/owners.sh" 16 8000 40
