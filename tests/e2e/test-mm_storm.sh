#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: what a container has been promised is counted to the page, whatever its
# proves: programs do: frozen in a storm it equals what smaps and its objects say
# kernels: all-long
# log-allow: Call Trace:
# timeout: 600

ROUNDS=8
# shellcheck source=tests/e2e/storm.sh
. "$(dirname "$0")/storm.sh"
