#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: function_graph traces the way from int3 to hookcore while NMIs meet
# proves: half-written text, that which function_graph itself runs through included:
# proves: it rests meanwhile (that it would fail if it did not is not shown: with
# proves: unsafe_traced it passes as well)
# kernels: all
# long
# append: apic_extnmi=all
# timeout: 600

NMI_TRACED=atomic_notifier_call_chain NMI_TARGETS=target_add,trace_graph_thresh_return \
	exec bash "$(dirname "$0")/nmi.sh" 4
