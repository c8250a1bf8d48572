#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what "make demo" shows is so: of two Docker containers of one image, each with
# proves: a virtual kernel, one is denied a system call, gets huge pages, order of arrival
# proves: from the scheduler, and it back, the other one less memory, while they run, and
# proves: in the other one nothing changes; each has a log of its own
# root: engines
# bring: contrib
# mem: 3G
# timeout: 900
# long

exec "$(dirname "$0")/live.sh"
