#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where chains of notifiers have a trace event (6.12) it is on while NMIs meet
# proves: half-written text of what its probe runs through: it rests meanwhile (the control
# proves: that must fail is hookcore_notified_control)
# kernels: all
# long
# append: apic_extnmi=all
# timeout: 600

if [ ! -d /sys/kernel/tracing/events/notifier/notifier_run ]; then
	echo "ok: this kernel has no such event"
	exit 0
fi
NMI_EVENTS="notifier/notifier_run nmi/nmi_handler" \
	NMI_TARGETS=target_add,trace_event_buffer_reserve,ring_buffer_lock_reserve \
	exec bash "$(dirname "$0")/nmi.sh" 4
