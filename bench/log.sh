#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: a record of the kernel log, written and read, on the host and in a
# measures: container, in guest instructions
# section: log
# kernels: all
# test: log_cost
# takes: RUNS
