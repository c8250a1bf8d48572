#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a module of somebody else's, examples/connect, builds against nothing
# proves: but what "make install" has installed, and works
# timeout: 600

# shellcheck source=tests/host/example.sh
. "$(dirname "$0")/example.sh"

try_examples connect HOOKCORE hookcore example.sh
