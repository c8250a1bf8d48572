#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: the memory of a vkernel, of 1,024 that are there at once
# section: vkernel
# kernels: all
# test: vkernel_many
