#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: what a noisy neighbour leaves for others, with a vkernel and without
# section: neighbour
# kernels: all
# test: mm_neighbour
