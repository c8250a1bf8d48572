#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# measures: what huge pages save in a container that has them, in page faults and
# measures: guest instructions
# section: thp
# kernels: all
# test: mm_pays
# once: each figure is a sum over 131,072 pages or 50,000 requests; how far runs lie
# once: apart is not known
