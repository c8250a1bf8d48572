#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: where chains of notifiers have a trace event (6.12), or locks (debug kernel), it
# proves: is on while NMIs meet half-written text of what its probe runs through: it rests
# proves: meanwhile (the control that must fail is hookcore_notified_control)
# kernels: all
# long
# append: apic_extnmi=all
# timeout: 600

events=
for name in notifier/notifier_run lock/lock_acquire lock/lock_release; do
	[ ! -d /sys/kernel/tracing/events/$name ] || events+=" $name"
done
if [ -z "$events" ]; then
	echo "ok: this kernel has no such event"
	exit 0
fi
NMI_EVENTS="$events nmi/nmi_handler" \
	NMI_TARGETS=target_add,trace_event_buffer_reserve,ring_buffer_lock_reserve \
	exec bash "$(dirname "$0")/nmi.sh" 4
