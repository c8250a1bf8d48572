/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hookcore - inline hooks on the functions of a running kernel
 *
 * A hook replaces the instructions that follow a function's ftrace nop by a
 * jmp to a handler. The instructions it replaced (the window) live on,
 * relocated, in a trampoline that continues in the original function.
 *
 *   caller ──call──▶ target: nop5 (ftrace's)
 *                            jmp handler ──▶ handler ──jmp──▶ original stub
 *                            ...  ◀──jmp── trampoline ◀──jmp──────┘
 *
 * Life of a hook:
 *
 *        hookcore_register()         hookcore_unregister()
 *   IDLE ───────────────────▶ INSTALLED ────────────────▶ RETIRING ──▶ IDLE
 *    │                         ▲     ▲                 nobody is inside
 *    │ HOOKCORE_FOLLOW, and    │     │ livepatch or    any more
 *    │ the module is not there │     │ its like comes,
 *    │                         │     ▼ and goes
 *    └────────▶ WAITING ◀──────┘  SHADOWED
 *               the module comes, and goes
 */
#ifndef HOOKCORE_H
#define HOOKCORE_H

#include <linux/list.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/stringify.h>
#include <linux/types.h>

#include "hookcore_reason.h"

/**
 * enum hookcore_state - where in its life a hook is
 * @HOOKCORE_IDLE: not registered; the owner may change or free the struct.
 * @HOOKCORE_WAITING: the module that the target is in is not loaded, or the
 *	hook was refused when it was: @reason of the hook; see %HOOKCORE_FOLLOW.
 * @HOOKCORE_INSTALLED: the target jumps to the handler.
 * @HOOKCORE_SHADOWED: it does, but an ftrace user that redirects the function
 *	(livepatch is one) came after the hook and bypasses it.
 * @HOOKCORE_RETIRING: it is being taken out: as soon as the text is written new
 *	calls no longer reach the handler, and hookcore waits until nobody is
 *	inside it.
 */
enum hookcore_state {
	HOOKCORE_IDLE,
	HOOKCORE_WAITING,
	HOOKCORE_INSTALLED,
	HOOKCORE_SHADOWED,
	HOOKCORE_RETIRING,
};

struct chunk;
struct hookcore_target;

/**
 * define HOOKCORE_FOLLOW - the hook follows its target's module
 *
 * Such a hook names its target ``module:function``. It is installed when the
 * module is there, waits (%HOOKCORE_WAITING) while it is not, is installed
 * before the module's init function runs when it comes, and is removed when it
 * goes. Without this flag the module must be there, and cannot be unloaded as
 * long as the hook is registered.
 */
#define HOOKCORE_FOLLOW 1

/**
 * define HOOKCORE_ROOM_SIZE - bytes of int3 behind a stub
 *
 * Where the relocated window is no longer than this, hookcore puts a copy of
 * the trampoline there: close to the handler, so that the way from one to the
 * other stays within a page. Stubs of one's own making need not have it; but
 * so many bytes of int3 behind one are hookcore's while its hook is registered.
 */
#define HOOKCORE_ROOM_SIZE 19

/**
 * define HOOKCORE_REACH - functions that a handler may go on to by jumps
 *
 * Itself and the unlikely halves count. It may only go on by direct jumps: who
 * removes the hook waits for tasks in what they lead to, in the owner's text. A
 * handler that jumps by a pointer (a tail call through one) is refused.
 */
#define HOOKCORE_REACH 8U

/**
 * struct hookcore_hook - one handler on one function
 * @symbol: name of the function, or ``module:function``; NULL if @address is
 *	given. Without a module it is the kernel proper's if that has one of
 *	this name, else that of whichever module has it. There may be one only.
 * @address: entry of the function, or 0 if @symbol is given.
 * @handler: function that runs instead. It has the target's own signature and
 *	runs in the target's context (locks held, interrupts, recursion).
 * @original: the stub made by HOOKCORE_ORIGINAL() through which @handler calls
 *	the original function, that is, the next handler or the trampoline.
 * @owner: the module that @handler, @original and @notify lie in, %THIS_MODULE;
 *	one that is being unloaded is refused.
 * @priority: handlers of one function run in descending priority; among equals
 *	the one registered first runs first.
 * @flags: 0 or %HOOKCORE_FOLLOW.
 * @notify: called after @state has changed without the owner's doing, or NULL:
 *	the hook is shadowed or no longer so, or its target's module came or
 *	went; also if it came and the hook could not be installed. In process
 *	context under hookcore's mutex: it may sleep, but not call hookcore. A
 *	redirection is noticed within two seconds, or when others who register
 *	hooks meanwhile have.
 *
 * The owner provides the memory, which must stay valid from
 * hookcore_register() until hookcore_unregister() has returned, and must not
 * write to the struct in between. @reason, @state and @hint may be read after
 * either call, @state (with READ_ONCE()) at any time.
 */
struct hookcore_hook {
	const char *symbol;
	unsigned long address;
	void *handler;
	void *original;
	struct module *owner;
	int priority;
	unsigned int flags;
	void (*notify)(struct hookcore_hook *hook);

	/** @reason: why hookcore_register() refused. */
	enum hookcore_reason reason;
	/** @state: where in its life the hook is. */
	enum hookcore_state state;
	/** @hint: what @reason is about: an address or offset, or a task. */
	char hint[48];

	/* private: hookcore's, under its mutex */
	struct hookcore_hook *self;
	struct list_head node;
	struct hookcore_target *target;
	bool pins;
	bool leaving;
	u64 retired;
	unsigned long leads_to;
	unsigned long will_lead_to;
	u8 room[HOOKCORE_ROOM_SIZE];
	bool has_room;
	struct chunk *chunk;
	u8 *counter;
	u64 __percpu *hits;
	struct {
		unsigned long start;
		unsigned long size;
	} reach[HOOKCORE_REACH];
	unsigned int reach_count;
};

/* private: one jmp, and room */
/* clang-format off */
#define HOOKCORE_ASM_STUB                                                      \
	ANNOTATE_NOENDBR                                                       \
	"	jmp hookcore_no_original\n"                                    \
	"	.fill " __stringify(HOOKCORE_ROOM_SIZE) ", 1, 0xcc\n"
/* clang-format on */
/* public: */

/* clang-format off */
/**
 * HOOKCORE_ORIGINAL - define the stub by which a handler calls the original
 * @name: a function declared, with the target's signature, before this line:
 *	``asmlinkage int original_foo(int arg);``
 *
 * The stub is one jmp that hookcore aims at the next handler or the
 * trampoline before the hook can run: a handler calls the original by two
 * direct jumps, without a function pointer. %HOOKCORE_ROOM_SIZE bytes behind it
 * are for a copy of the trampoline. Called before its hook was
 * registered it returns 0, and the log says so once (hookcore_no_original()).
 */
#define HOOKCORE_ORIGINAL(name)                                                \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".p2align 3\n"                                                     \
	    ".globl " __stringify(name) "\n"                                   \
	    ".type " __stringify(name) ", @function\n" __stringify(name) ":\n" \
	    HOOKCORE_ASM_STUB                                                  \
	    ".size " __stringify(name) ", . - " __stringify(name) "\n"         \
	    ".popsection\n")
/* clang-format on */

/* User-Mode Linux has neither return thunks nor IBT. */
#ifdef CONFIG_UML
#define HOOKCORE_ASM_ENDBR
#define HOOKCORE_ASM_RET "	ret\n"
#else
#include <asm/ibt.h>
/**
 * define HOOKCORE_ASM_ENDBR - what a handler in assembly begins with
 *
 * HOOKCORE_DECIDER() and HOOKCORE_GUARD() have it already. Hooks are jumps and
 * do without; who takes the handler's address does not.
 */
#define HOOKCORE_ASM_ENDBR "	" ASM_ENDBR "\n"

/**
 * define HOOKCORE_ASM_RET - how assembly of a handler returns to the caller
 *
 * As the kernel's own functions do: perhaps through a return thunk.
 */
#define HOOKCORE_ASM_RET "	" ASM_RET "\n"
#endif

/**
 * struct hookcore_args - what a decider sees of the call
 * @arg: the first six integer or pointer arguments; a change is seen by the
 *	original.
 * @ret: what the target returns if the decider says so; 0 before that.
 */
struct hookcore_args {
	unsigned long arg[6];
	unsigned long ret;
};

/* clang-format off */
/**
 * HOOKCORE_DECIDER - define a handler that only decides at entry
 * @name: the handler to be defined; use it as &struct hookcore_hook.handler.
 * @decide: ``asmlinkage bool decide(struct hookcore_args *args)``: true runs
 *	the original, as a tail jump; false returns args->ret to the caller.
 * @stub: the stub made by HOOKCORE_ORIGINAL().
 * @guard: assembly that runs first, or "". It may use %rax, %r10 and %r11 and
 *	jump to @stub to run the original without asking @decide.
 *
 * The preferred style: when the original runs, nothing of the handler is left
 * on the stack, so a task that sleeps in the original, or never returns from
 * it, is no obstacle to unloading. A task that sleeps in @decide is one, until
 * it has left.
 *
 * The argument registers arrive at the original as @decide leaves them in
 * @args; %rax, %r10, %r11 and the flags are lost, and so is nothing else. That
 * is what a function may do to its caller, not to a callee with a calling
 * convention of its own: __get_user_4() and __put_user_4() and their like,
 * which take an argument in %rax or keep registers that others do not, must
 * have no decider, and no handler in C. hookcore cannot tell.
 */
#define HOOKCORE_DECIDER(name, decide, stub, guard)                            \
	asmlinkage void name(void);                                            \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".p2align 4\n"                                                     \
	    ".globl " __stringify(name) "\n"                                   \
	    ".type " __stringify(name) ", @function\n" __stringify(name) ":\n" \
	    HOOKCORE_ASM_ENDBR guard "\n"                                      \
	    "	push $0\n" /* args->ret */                                     \
	    "	push %r9\n"                                                    \
	    "	push %r8\n"                                                    \
	    "	push %rcx\n"                                                   \
	    "	push %rdx\n"                                                   \
	    "	push %rsi\n"                                                   \
	    "	push %rdi\n"                                                   \
	    "	mov %rsp, %rdi\n"                                              \
	    "	call " __stringify(decide) "\n"                                \
	    "	pop %rdi\n"                                                    \
	    "	pop %rsi\n"                                                    \
	    "	pop %rdx\n"                                                    \
	    "	pop %rcx\n"                                                    \
	    "	pop %r8\n"                                                     \
	    "	pop %r9\n"                                                     \
	    "	test %al, %al\n"                                               \
	    "	pop %rax\n"                                                    \
	    "	jne " __stringify(stub) "\n"                                   \
	    HOOKCORE_ASM_RET                                                   \
	    ".size " __stringify(name) ", . - " __stringify(name) "\n"         \
	    ".popsection\n")
/* clang-format on */

/* clang-format off */
/**
 * HOOKCORE_ASM_KEY - assembly of a guard: jump to the stub while a key is false
 * @key: a static key in the module, &struct static_key_false or one that begins
 *	with it. Without CONFIG_JUMP_LABEL it is not looked at.
 * @stub: the stub.
 *
 * One jmp, which the kernel makes a nop while @key is true (struct jump_entry).
 */
#ifdef CONFIG_JUMP_LABEL
#define HOOKCORE_ASM_KEY(key, stub)                                            \
	"771:	jmp " __stringify(stub) "\n"                                   \
	".pushsection __jump_table, \"aw\"\n"                                  \
	".balign 8\n"                                                          \
	".long 771b - .\n"                                                     \
	".long " __stringify(stub) " - .\n"                                    \
	".quad " __stringify(key) " + 1 - .\n"                                 \
	".popsection\n"
#else
#define HOOKCORE_ASM_KEY(key, stub)
#endif
/* clang-format on */

/* clang-format off */
/**
 * HOOKCORE_GUARD - define a handler in assembly that falls into its stub
 * @name: the handler to be defined; use it as &struct hookcore_hook.handler.
 * @stub: the stub to be defined, with &struct hookcore_hook.original in mind,
 *	in place of a HOOKCORE_ORIGINAL().
 * @guard: assembly. It may use %rax, %r10 and %r11; where it ends, the original
 *	runs. It may also call C, if it saves the target's argument registers,
 *	or answer itself: %rax and HOOKCORE_ASM_RET.
 *
 * The cheapest style: from the target to the original there are two jumps and
 * @guard, and nothing is left on the stack.
 */
#define HOOKCORE_GUARD(name, stub, guard)                                      \
	asmlinkage void name(void);                                            \
	asmlinkage long stub(void);                                            \
	asm(".pushsection .text, \"ax\", @progbits\n"                          \
	    ".p2align 4\n"                                                     \
	    ".globl " __stringify(name) "\n"                                   \
	    ".type " __stringify(name) ", @function\n" __stringify(name) ":\n" \
	    HOOKCORE_ASM_ENDBR guard "\n"                                      \
	    ".globl " __stringify(stub) "\n" __stringify(stub) ":\n"           \
	    HOOKCORE_ASM_STUB                                                  \
	    ".size " __stringify(name) ", . - " __stringify(name) "\n"         \
	    ".popsection\n")
/* clang-format on */

/**
 * HOOKCORE_IMPORT - define a direct call to a kernel function found by name
 * @name: a function declared before this line with the signature wanted.
 *
 * Aim it with hookcore_import(). A direct jmp also reaches functions whose
 * ENDBR was sealed, where an indirect call would fault on IBT hardware.
 */
#define HOOKCORE_IMPORT(name) HOOKCORE_ORIGINAL(name)

/**
 * struct hookcore_import - a kernel function called by name
 * @symbol: the kernel's name for it.
 * @stub: the local function, defined by HOOKCORE_IMPORT().
 */
struct hookcore_import {
	const char *symbol;
	void *stub;
};

/**
 * define HOOKCORE_MAX_HOOKS - the most that come or go in one call
 *
 * As many imports or fields may be asked for at once. More is nonsense, such as
 * an error number.
 */
#define HOOKCORE_MAX_HOOKS 131072

/**
 * hookcore_register() - install hooks, all or none, in one stop of the machine
 * @hooks: array of hooks in state %HOOKCORE_IDLE.
 * @count: number of elements, at least 1, at most %HOOKCORE_MAX_HOOKS.
 *
 * Context: process context, may sleep; not from a hook handler. Takes the
 * hookcore mutex, kprobe_mutex, cpus_read_lock() and text_mutex, in this order;
 * and under the first of them, by itself, ftrace_lock.
 * Return: 0, or a negative errno; then no hook is installed, the first one
 * that could not be has its reason and hint set, and one line was logged. One
 * that another call has registered already keeps its own; where there is no
 * array at all there is only the line.
 */
int hookcore_register(struct hookcore_hook *hooks, size_t count);

/**
 * hookcore_unregister() - remove hooks and wait until nobody is inside them
 * @hooks: array of hooks; elements in state %HOOKCORE_IDLE are ignored.
 * @count: number of elements.
 *
 * When it returns, the text of targets without another hook is byte for byte
 * what it was, and no task and no CPU is in a handler, a stub or a trampoline
 * of these hooks, nor will return there. It waits as long as a task sleeps
 * inside a handler, or a kprobe is on the jmp or a stub that it has to change,
 * and says so every ten seconds; others can register and unregister meanwhile.
 *
 * Context: process context, sleeps; not from a hook handler.
 */
void hookcore_unregister(struct hookcore_hook *hooks, size_t count);

/**
 * hookcore_check() - could this function be hooked?
 * @symbol: its name.
 * @hint: buffer for what the reason is about, or NULL.
 * @size: size of @hint in bytes.
 *
 * A dry run: everything hookcore_register() checks of the function itself. It
 * does not look for tasks in the window, nor ask whether the kernel is locked
 * down, and has no handler to look at. Of a function with a hook it says yes.
 *
 * Context: process context, may sleep.
 * Return: the reason, %HOOKCORE_OK if it could.
 */
enum hookcore_reason hookcore_check(const char *symbol, char *hint,
				    size_t size);

/**
 * hookcore_check_address() - could the function at this address be hooked?
 * @address: its entry.
 * @hint: buffer for what the reason is about, or NULL.
 * @size: size of @hint in bytes.
 *
 * As hookcore_check(), for functions whose name is not theirs alone.
 *
 * Context: process context, may sleep.
 * Return: the reason, %HOOKCORE_OK if it could.
 */
enum hookcore_reason hookcore_check_address(unsigned long address, char *hint,
					    size_t size);

/**
 * hookcore_reason_text() - a reason in words
 * @reason: the reason.
 *
 * Context: any.
 * Return: a static string without a newline.
 */
const char *hookcore_reason_text(enum hookcore_reason reason);

/**
 * hookcore_reason_errno() - a reason as an error code
 * @reason: the reason.
 *
 * Context: any.
 * Return: 0 for %HOOKCORE_OK, else a negative errno.
 */
int hookcore_reason_errno(enum hookcore_reason reason);

/**
 * hookcore_symbol() - address of a kernel symbol
 * @symbol: its name; ``module:name`` for one of a module; NULL has no address.
 *
 * Context: process context, may sleep.
 * Return: the address of the first symbol of that name, 0 if there is none.
 */
unsigned long hookcore_symbol(const char *symbol);

/**
 * hookcore_import() - aim stubs made by HOOKCORE_IMPORT()
 * @imports: array of imports.
 * @count: number of elements, at most %HOOKCORE_MAX_HOOKS.
 *
 * The stubs must not be called while this runs, nor when the module that the
 * function is in has gone: that is not kept.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL if one is no import, or its name one of data or of several
 * functions, or -ENOENT if there is none of that name, after logging which, and
 * then no stub was aimed; -ERANGE or -ENOMEM, and then some may have been.
 */
int hookcore_import(const struct hookcore_import *imports, size_t count);

/**
 * struct hookcore_field - a field of a struct that no header shows
 * @type: name of the struct.
 * @member: name of the member.
 * @offset: the result: where it lies in the struct, bytes.
 * @hole: the result: how many bytes in front of it belong to no member.
 */
struct hookcore_field {
	const char *type;
	const char *member;
	unsigned int offset;
	unsigned int hole;
};

/**
 * hookcore_find_fields() - find fields in the running kernel's BTF
 * @fields: what to find; @offset and @hole of each are filled in.
 * @count: how many, at most %HOOKCORE_MAX_HOOKS.
 *
 * A hole is memory that the kernel allocates with the struct and never reads:
 * who keeps something there must know for himself what the kernel does with the
 * struct as a whole (copy it, clear it).
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL if one has no type or no member, and then none was looked
 * for; -ENOENT after one line in the log that names the first field not found,
 * or says that the kernel has no BTF.
 */
int hookcore_find_fields(struct hookcore_field *fields, size_t count);

/**
 * hookcore_no_original() - what an original stub leads to while it is not aimed
 *
 * Context: any.
 * Return: 0, after one line in the log, the first time.
 */
asmlinkage long hookcore_no_original(void);

#endif /* HOOKCORE_H */
