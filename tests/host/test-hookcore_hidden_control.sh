#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the decoy the guest of hookcore_hidden fails: a kprobe is optimised
# proves: where the window branches to, so that test can fail
# long

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_hidden unsafe_no_decoy
