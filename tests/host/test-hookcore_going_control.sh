#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where hookcore leaves its jump in a module that goes, a call in hookcore_going
# proves: does not come to its function, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_fail hookcore_going unsafe_leave_text "goes: it returned otherwise: .*late: 0"
