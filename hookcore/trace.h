/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events: hookcore:hookcore_{install,remove,refuse,retry,shadow,stop,look}.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hookcore

#if !defined(HOOKCORE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HOOKCORE_TRACE_H

#include <linux/tracepoint.h>

#include "hookcore.h"

/* Laid out as the kernel lays out its trace events. */
/* clang-format off */
DECLARE_EVENT_CLASS(hookcore_hook,
	TP_PROTO(const char *target, const char *owner, const void *handler),
	TP_ARGS(target, owner, handler),
	TP_STRUCT__entry(
		__string(target, target)
		__string(owner, owner)
		__field(const void *, handler)
	),
	TP_fast_assign(
		COMPAT_ASSIGN_STR(target, target);
		COMPAT_ASSIGN_STR(owner, owner);
		__entry->handler = handler;
	),
	TP_printk("target=%s owner=%s handler=%ps", __get_str(target),
		  __get_str(owner), __entry->handler)
);

DEFINE_EVENT(hookcore_hook, hookcore_install,
	TP_PROTO(const char *target, const char *owner, const void *handler),
	TP_ARGS(target, owner, handler)
);

DEFINE_EVENT(hookcore_hook, hookcore_remove,
	TP_PROTO(const char *target, const char *owner, const void *handler),
	TP_ARGS(target, owner, handler)
);

TRACE_EVENT(hookcore_refuse,
	TP_PROTO(const char *target, const char *owner, const char *reason,
		 const char *hint),
	TP_ARGS(target, owner, reason, hint),
	TP_STRUCT__entry(
		__string(target, target)
		__string(owner, owner)
		__string(reason, reason)
		__string(hint, hint)
	),
	TP_fast_assign(
		COMPAT_ASSIGN_STR(target, target);
		COMPAT_ASSIGN_STR(owner, owner);
		COMPAT_ASSIGN_STR(reason, reason);
		COMPAT_ASSIGN_STR(hint, hint);
	),
	TP_printk("target=%s owner=%s reason='%s' hint='%s'",
		  __get_str(target), __get_str(owner), __get_str(reason),
		  __get_str(hint))
);

TRACE_EVENT(hookcore_retry,
	TP_PROTO(unsigned int attempt, const char *task),
	TP_ARGS(attempt, task),
	TP_STRUCT__entry(
		__field(unsigned int, attempt)
		__string(task, task)
	),
	TP_fast_assign(
		__entry->attempt = attempt;
		COMPAT_ASSIGN_STR(task, task);
	),
	TP_printk("attempt=%u task=%s", __entry->attempt, __get_str(task))
);

TRACE_EVENT(hookcore_shadow,
	TP_PROTO(const char *target, const char *owner, bool shadowed),
	TP_ARGS(target, owner, shadowed),
	TP_STRUCT__entry(
		__string(target, target)
		__string(owner, owner)
		__field(bool, shadowed)
	),
	TP_fast_assign(
		COMPAT_ASSIGN_STR(target, target);
		COMPAT_ASSIGN_STR(owner, owner);
		__entry->shadowed = shadowed;
	),
	TP_printk("target=%s owner=%s shadowed=%d", __get_str(target),
		  __get_str(owner), __entry->shadowed)
);

TRACE_EVENT(hookcore_stop,
	TP_PROTO(size_t patches, u64 ns, int result),
	TP_ARGS(patches, ns, result),
	TP_STRUCT__entry(
		__field(size_t, patches)
		__field(u64, ns)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->patches = patches;
		__entry->ns = ns;
		__entry->result = result;
	),
	TP_printk("patches=%zu ns=%llu result=%d", __entry->patches,
		  __entry->ns, __entry->result)
);

TRACE_EVENT(hookcore_look,
	TP_PROTO(size_t tasks, u64 ns, int result),
	TP_ARGS(tasks, ns, result),
	TP_STRUCT__entry(
		__field(size_t, tasks)
		__field(u64, ns)
		__field(int, result)
	),
	TP_fast_assign(
		__entry->tasks = tasks;
		__entry->ns = ns;
		__entry->result = result;
	),
	TP_printk("tasks=%zu ns=%llu result=%d", __entry->tasks,
		  __entry->ns, __entry->result)
);
/* clang-format on */

#endif /* HOOKCORE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
