#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: page faults, mmap and fork, on the host and in a container, in guest
# measures: instructions
# section: memory
# kernels: all
# quick
# test: mm_thp_cost
# takes: RUNS
