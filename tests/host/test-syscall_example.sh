#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: modules of one container, examples/getpid and examples/pace, build against
# proves: nothing but what "make install" has installed, and work
# timeout: 900

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"

try_examples getpid VKERNEL vkernel getpid.sh 6.12
try_examples pace VKERNEL vkernel pace.sh
