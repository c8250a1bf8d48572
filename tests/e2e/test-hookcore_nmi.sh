#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: NMIs that run into half-written text are sent on, also while CPUs and
# proves: kprobes come and go, and int3s of others stay theirs (the control that
# proves: must fail without our int3 handler is hookcore_nmi_control)
# kernels: all
# append: apic_extnmi=all
# timeout: 240
# kaslr

exec bash "$(dirname "$0")/nmi.sh" 6
