#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a module of one container, examples/getpid, builds against nothing but
# proves: what "make install" has installed, and works
# timeout: 600

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"

try_examples getpid VKERNEL vkernel getpid.sh 6.12
