/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace event: vkernel_syscall:deny.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vkernel_syscall

#if !defined(SYSCALL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SYSCALL_TRACE_H

#include <linux/tracepoint.h>

#include "denials.h"
#include "words.h"

/* Laid out as the kernel lays out its trace events. */
/* clang-format off */
TRACE_EVENT(deny,
	TP_PROTO(const char *name, const struct verdict_call *call,
		 const char *verdict, const struct denial *denial),
	TP_ARGS(name, call, verdict, denial),
	TP_STRUCT__entry(
		__array(char, name, 72)
		__array(char, verdict, 16)
		__array(char, abi, 8)
		__field(unsigned int, nr)
		__array(u64, arg, 6)
		__array(char, object, 96)
		__array(char, rule, 96)
	),
	TP_fast_assign(
		strscpy(__entry->name, name, sizeof(__entry->name));
		strscpy(__entry->verdict, verdict, sizeof(__entry->verdict));
		strscpy(__entry->abi, words_abi(call->abi),
			sizeof(__entry->abi));
		__entry->nr = call->nr;
		/* A file may be named as somebody likes. */
		snprintf(__entry->object, sizeof(__entry->object), "%s%*pE",
			 denial->object[0] ? " object=" : "",
			 (int)strlen(denial->object), denial->object);
		strscpy(__entry->rule, denial->rule, sizeof(__entry->rule));
		memcpy(__entry->arg, call->arg, sizeof(__entry->arg));
	),
	TP_printk("vkernel=%s call=%s:%u verdict=%s args=%llx,%llx,%llx,%llx,%llx,%llx%s rule=%s",
		  __entry->name, __entry->abi, __entry->nr, __entry->verdict,
		  __entry->arg[0], __entry->arg[1], __entry->arg[2],
		  __entry->arg[3], __entry->arg[4], __entry->arg[5],
		  __entry->object, __entry->rule)
);
/* clang-format on */

#endif /* SYSCALL_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
