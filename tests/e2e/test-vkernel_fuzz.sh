#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: garbage written to any file of a vkernel and of its plugins, random or
# proves: nearly right, for 20 seconds: what is refused changes nothing that can be
# proves: read, neither then nor with the next commit
# kernels: all-long

exec "$(dirname "$0")/fuzz.sh" 20
