#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: when a vkernel is taken away as soon as its container begins to die,
# proves: vkernel_dying catches a task that escapes, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_fail vkernel_dying unsafe_dead_early "round 1: made by a dying task"
