#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: 1,024 vkernels at once, each armed with a namespace of its own; each
# proves: says what memory it takes, and the kernel has no more and no less;
# proves: their containers' end frees it all
# mem: 3G
# timeout: 600

exec "$(dirname "$0")/crowd.sh" 1024
