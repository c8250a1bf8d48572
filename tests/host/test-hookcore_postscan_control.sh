#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the look whether it is a task the guest of hookcore_postscan crashes,
# proves: so that test can fail; on 6.12, for 6.1 has no such list
# long

KERNEL=6.12

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

must_crash hookcore_postscan unsafe_no_task_check
