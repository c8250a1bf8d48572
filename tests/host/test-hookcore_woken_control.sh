#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: if stubs of removed hooks lead to the trampoline the guest of hookcore_woken
# proves: crashes, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_woken unsafe_old_stub
