#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: without the handler of our int3s the guest of hookcore_nmi crashes, so
# proves: that test can fail

# shellcheck source=tests/host/control.sh
. "$(dirname "$0")/control.sh"

# Not printk's functions: one that dies while they are half written says nothing.
must_crash hookcore_nmi unsafe_no_detour --timeout 120 \
	--env NMI_TARGETS=target_add
