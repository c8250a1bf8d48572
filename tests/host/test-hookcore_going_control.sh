#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where hookcore leaves its jump in a module that goes, the guest of hookcore_going
# proves: crashes, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_going unsafe_leave_text
