#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look at idle tasks the guest of hookcore_idle crashes, so that test
# proves: can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_idle unsafe_no_idle
