/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding what the kernel keeps to itself: the only resolver of names.
 */
#ifndef HOOKCORE_SYMBOL_H
#define HOOKCORE_SYMBOL_H

#include <asm/alternative.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/bug.h>
#include <linux/extable.h>
#include <linux/ftrace.h>
#include <linux/jump_label.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/set_memory.h>
#include <linux/stacktrace.h>
#include <linux/static_call.h>
#include <linux/stop_machine.h>
#include <linux/wait.h>

#include "compat.h"
#include "hookcore.h"

/*
 * Kernel functions that are not exported. Each is called as IMPORTED(name)():
 * in a module through a jmp aimed at load, with the prototype of the kernel's
 * own header; built in (User-Mode Linux), directly.
 */
#define SYMBOL_IMPORTS(X)                 \
	X(__module_address)               \
	X(__module_text_address)          \
	X(alternatives_text_reserved)     \
	X(arch_stack_walk)                \
	X(arch_stack_walk_reliable)       \
	X(core_kernel_text)               \
	X(find_bug)                       \
	X(find_module)                    \
	X(ftrace_location)                \
	X(ftrace_text_reserved)           \
	X(get_kprobe)                     \
	X(idle_task)                      \
	X(is_module_text_address)         \
	X(jump_label_text_reserved)       \
	X(kallsyms_lookup_name)           \
	X(kallsyms_lookup_size_offset)    \
	X(kallsyms_on_each_match_symbol)  \
	X(module_kallsyms_on_each_symbol) \
	X(put_task_stack)                 \
	X(search_exception_tables)        \
	X(set_memory_ro)                  \
	X(set_memory_x)                   \
	X(static_call_text_reserved)      \
	X(stop_machine_cpuslocked)        \
	X(task_call_func)                 \
	X(within_kprobe_blacklist)        \
	COMPAT_GRAPH_IMPORTS(X)           \
	COMPAT_KPROBE_IMPORTS(X)          \
	COMPAT_IPMODIFY_IMPORTS(X)        \
	COMPAT_RUNQUEUE_IMPORTS(X)        \
	COMPAT_EXEC_IMPORTS(X)

/* The kernel's own headers are not among those that modules see. */
#if COMPAT_KPROBES
unsigned long recover_probed_instruction(kprobe_opcode_t *buf,
					 unsigned long addr);
#endif
#if COMPAT_IPMODIFY
struct ftrace_func_entry *ftrace_lookup_ip(struct ftrace_hash *hash,
					   unsigned long ip);
#endif

#ifdef MODULE
#define IMPORTED(name) import_##name
#define SYMBOL_DECLARE(name) extern typeof(name) import_##name;
SYMBOL_IMPORTS(SYMBOL_DECLARE)
#undef SYMBOL_DECLARE
#else
#define IMPORTED(name) name
#endif

/**
 * symbol_init() - resolve everything hookcore itself needs
 *
 * Return: 0, or a negative errno after one line in the log.
 */
int symbol_init(void);

/**
 * symbol_text_mutex() - the kernel's text_mutex
 *
 * Valid after symbol_init().
 */
struct mutex *symbol_text_mutex(void);

/**
 * symbol_lock_kprobes() - keep kprobes from coming and going
 *
 * Takes the kernel's kprobe_mutex. register_kprobe() copies an instruction, and
 * later puts the kprobe where it can be found and int3 over the instruction;
 * text_mutex it holds at both, but not in between, kprobe_mutex all the while.
 * So who asks whether there is a kprobe, and then writes, must hold this.
 *
 * Context: may sleep. Outside cpus_read_lock() and text_mutex, as in
 * kernel/kprobes.c, kprobe_optimizer(). Valid after symbol_init().
 */
void symbol_lock_kprobes(void);

/**
 * symbol_unlock_kprobes() - the counterpart of symbol_lock_kprobes()
 */
void symbol_unlock_kprobes(void);

/**
 * symbol_function() - find a function by name
 * @name: its name, as &struct hookcore_hook.symbol has it.
 * @address: the result.
 *
 * Context: may sleep.
 * Return: HOOKCORE_OK, HOOKCORE_NO_SYMBOL or HOOKCORE_AMBIGUOUS.
 */
enum hookcore_reason symbol_function(const char *name, unsigned long *address);

/**
 * symbol_cold() - find a function's unlikely half
 * @start: address of the function.
 *
 * The compiler calls it after the function, with ".cold" behind. Of several of
 * one name it is the first.
 *
 * Context: any that kallsyms_lookup_name() may be called in.
 * Return: its address, or 0 if there is none.
 */
unsigned long symbol_cold(unsigned long start);

/**
 * symbol_extent() - the function that an address lies in
 * @address: any address.
 * @start: start of the symbol.
 * @size: bytes up to the next symbol, padding included.
 *
 * Return: false if no symbol is known for @address.
 */
bool symbol_extent(unsigned long address, unsigned long *start,
		   unsigned long *size);

#endif /* HOOKCORE_SYMBOL_H */
