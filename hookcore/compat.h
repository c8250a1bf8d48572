/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that asks what kind of kernel this is. Features, not versions.
 */
#ifndef HOOKCORE_COMPAT_H
#define HOOKCORE_COMPAT_H

#include <linux/extable.h>
#include <linux/stacktrace.h>
#include <linux/types.h>

/*
 * Executable memory: execmem_alloc() replaced module_alloc() with commit
 * 12af2b83d0b1 ("mm: introduce execmem_alloc() and execmem_free()", 6.10);
 * hookcore/Kbuild looks whether its header is there.
 */
#ifdef COMPAT_EXECMEM
#include <linux/execmem.h>
#define COMPAT_EXEC_IMPORTS(X) X(execmem_alloc) X(execmem_free)
#else
#include <linux/moduleloader.h>
#define COMPAT_EXECMEM 0
#define COMPAT_EXEC_IMPORTS(X) X(module_alloc) X(module_memfree)
#endif

/*
 * User-Mode Linux: one CPU, no preemption on 6.1, no NMI, no int3, text that
 * os_protect_memory() opens, and functions without an ftrace site. hookcore is
 * built in there.
 */
#ifdef CONFIG_UML
#define COMPAT_UML 1
#else
#define COMPAT_UML 0
#endif

/*
 * Without kprobes the kernel keeps no list of text that must not be probed, and
 * its stand-in for the question says yes to everything.
 */
#ifdef CONFIG_KPROBES
#define COMPAT_KPROBES 1
#define COMPAT_KPROBE_IMPORTS(X) \
	X(__is_insn_slot_addr)   \
	X(recover_probed_instruction)
#else
#define COMPAT_KPROBES 0
#define COMPAT_KPROBE_IMPORTS(X)
#endif

/* function_graph keeps return addresses that it has replaced. */
#ifdef CONFIG_FUNCTION_GRAPH_TRACER
#define COMPAT_GRAPH_IMPORTS(X) X(ftrace_graph_get_ret_stack)
#else
#define COMPAT_GRAPH_IMPORTS(X)
#endif

/*
 * Exception tables whose entries hold distances, all of x86's; User-Mode Linux
 * has another form.
 */
#ifdef ARCH_HAS_RELATIVE_EXTABLE
#define COMPAT_FIXUPS 1
#else
#define COMPAT_FIXUPS 0
#endif

/*
 * ftrace users that change the instruction pointer. Whether a function has one
 * only ftrace's own list tells.
 */
#if defined(CONFIG_DYNAMIC_FTRACE) && !COMPAT_UML
#define COMPAT_IPMODIFY 1
#define COMPAT_IPMODIFY_IMPORTS(X) X(ftrace_lookup_ip)
#else
#define COMPAT_IPMODIFY 0
#define COMPAT_IPMODIFY_IMPORTS(X)
#endif

/*
 * The names in modules: module_kallsyms_on_each_symbol() takes the name of one
 * module, or, on older kernels, hands each symbol's module to the callback.
 * hookcore/Kbuild looks which one the headers declare.
 */
#ifdef COMPAT_ONE_MODULE
#define COMPAT_EACH_MODULE_SYMBOL(module, visit, data) \
	IMPORTED(module_kallsyms_on_each_symbol)(module, visit, data)
#define COMPAT_VISIT_PARAMETERS \
	void *data, const char *name, unsigned long address
#define COMPAT_VISIT_IS_IN(module) true
#else
#define COMPAT_EACH_MODULE_SYMBOL(module, visit, data) \
	IMPORTED(module_kallsyms_on_each_symbol)(visit, data)
#define COMPAT_VISIT_PARAMETERS                             \
	void *data, const char *name, struct module *where, \
		unsigned long address
#define COMPAT_VISIT_IS_IN(module) (!(module) || !strcmp(where->name, module))
#endif

/*
 * Can a stack be walked so that nothing on it is missed? Without this a task
 * could be in a window unseen, so hookcore refuses to build for SMP or
 * preemptible kernels that lack it.
 */
#if defined(CONFIG_HAVE_RELIABLE_STACKTRACE) && defined(CONFIG_STACKTRACE)
#define COMPAT_STACK_WALK 1
/* stack.c knows where these keep return addresses that they have replaced. */
#if defined(CONFIG_KRETPROBES) && !defined(CONFIG_RETHOOK)
#error "kretprobes without rethooks: not looked into"
#endif
#else
#define COMPAT_STACK_WALK 0
#if defined(CONFIG_SMP) || defined(CONFIG_PREEMPTION)
#error "hookcore needs CONFIG_HAVE_RELIABLE_STACKTRACE (the ORC unwinder)"
#endif
#endif

/* Does the unwinder know what lies on the stack wherever code may be? */
#if defined(CONFIG_UNWINDER_ORC) && !COMPAT_UML
#include <asm/unwind.h>
#define COMPAT_ORC 1
#else
#define COMPAT_ORC 0
#endif

/*
 * The run queues' private structs can be found in the kernel's BTF. Without it
 * (kernels built for debugging) tasks that are on no list of tasks any more,
 * because they are past exit_notify(), are not looked at.
 */
#if COMPAT_STACK_WALK && defined(CONFIG_DEBUG_INFO_BTF) && \
	defined(CONFIG_BPF_SYSCALL) && defined(CONFIG_SMP)
#define COMPAT_RUNQUEUES 1
#define COMPAT_RUNQUEUE_IMPORTS(X) \
	X(bpf_get_btf_vmlinux)     \
	X(btf_find_by_name_kind)   \
	X(btf_name_by_offset)      \
	X(btf_resolve_size)        \
	X(btf_type_by_id)
#else
#define COMPAT_RUNQUEUES 0
#define COMPAT_RUNQUEUE_IMPORTS(X)
#endif

/*
 * Since commit 63ba8422f876 ("sched/deadline: Introduce deadline servers", 6.8)
 * each CPU reserves deadline bandwidth for its fair tasks; hookcore/Kbuild
 * looks whether such entities are marked.
 */
#ifndef COMPAT_DL_SERVER
#define COMPAT_DL_SERVER 0
#endif

/*
 * Since commit 1612160b9127 ("rcu-tasks: Eliminate deadlocks involving
 * do_exit() and RCU tasks") RCU-tasks has lists of tasks that are exiting, and
 * no longer waits for those of them that sleep; hookcore/Kbuild looks whether a
 * task can be on such a list.
 */
#ifndef COMPAT_EXIT_LISTS
#define COMPAT_EXIT_LISTS 0
#endif

/*
 * __assign_str() lost its second argument with commit 2c92ca849fcc
 * ("tracing/treewide: Remove second parameter of __assign_str()", 6.10);
 * hookcore/Kbuild looks which one the headers define.
 */
#ifdef COMPAT_ASSIGN_STR_ONE
#define COMPAT_ASSIGN_STR(field, value) __assign_str(field)
#else
#define COMPAT_ASSIGN_STR(field, value) __assign_str(field, value)
#endif

#endif /* HOOKCORE_COMPAT_H */
