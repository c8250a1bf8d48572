#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where function_graph goes on while text is half written the guest of
# proves: hookcore_traced crashes, so that test can fail
# timeout: 660

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_traced unsafe_traced
