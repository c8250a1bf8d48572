#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: the same, a hundred times
# long
# kernels: all
# log-allow: Call Trace:
# timeout: 7200

ROUNDS=100
# shellcheck source=tests/e2e/storm.sh
. "$(dirname "$0")/storm.sh"
