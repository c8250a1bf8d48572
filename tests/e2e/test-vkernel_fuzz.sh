#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: garbage written to any file of a vkernel and of its plugins, random or
# proves: nearly right: what is refused changes nothing that can be read, neither then
# proves: nor with the next commit; the same while a container runs in it, by two at
# proves: once, and to the files of a control group with a policy
# kernels: all-long
# smp: 2

exec "$(dirname "$0")/fuzz.sh" 10
