// SPDX-License-Identifier: GPL-2.0
/*
 * Functions to be hooked, and kernel threads that call them all the time:
 *
 *   insmod hookcore_target.ko threads=4
 *
 * target_spin() is little but its own window, so under pre-emption some thread
 * is nearly always in the middle of it.
 */
#include <linux/async.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/static_call.h>

#include <asm/asm.h>

#include "hookcore.h"

#define TARGET_THREADS 16
#define TARGET_DEPTH 20
#define TARGET_REST 4096

static int threads = 4;
module_param(threads, int, 0400);
MODULE_PARM_DESC(threads, "how many threads call target_spin()");

static bool detours;
module_param(detours, bool, 0400);
MODULE_PARM_DESC(detours, "those threads call target_detoured(), too");

static int callers;
module_param(callers, int, 0400);
MODULE_PARM_DESC(callers,
		 "how many threads call target_add() and target_recurse()");

static int sleepers;
module_param(sleepers, int, 0400);
MODULE_PARM_DESC(sleepers, "how many threads sleep in target_sleep()");

static int dozers;
module_param(dozers, int, 0400);
MODULE_PARM_DESC(dozers, "how many threads call target_doze()");

static bool late;
module_param(late, bool, 0600);
MODULE_PARM_DESC(
	late,
	"have target_add(1, 2) called after the end of this module, as soon as this is 0 again");

static bool fail;
module_param(fail, bool, 0600);
MODULE_PARM_DESC(fail, "fail to load, as soon as this is 0 again");

static int wrong;
module_param(wrong, int, 0400);
MODULE_PARM_DESC(wrong, "result: calls that did not return what they should");

static struct task_struct *target_tasks[TARGET_THREADS];
static int target_count;

asmlinkage void target_spin(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_spin\n"
    ".type target_spin, @function\n"
    "target_spin:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "	push %r12\n"
    "	pop %r12\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size target_spin, . - target_spin\n"
    ".popsection\n");
/* clang-format on */
EXPORT_SYMBOL_GPL(target_spin);

/*
 * For a kprobe on its second instruction, whose detour the kernel copies to where
 * no unwinder knows its way.
 */
asmlinkage void target_detoured(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_detoured\n"
    ".type target_detoured, @function\n"
    "target_detoured:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "	mov $1, %eax\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size target_detoured, . - target_detoured\n"
    ".popsection\n");
/* clang-format on */

/*
 * The last one of the module, which kallsyms takes for as long as its text: the
 * zeros behind it are odd in number, and two are an instruction. The compiler
 * puts what is cold behind the rest, and this behind that.
 */
asmlinkage int target_last(void);
static noinline __cold __used void target_make_last(void)
{
	/* clang-format off */
	asm volatile(".pushsection .text.target_last, \"ax\", @progbits\n"
		     ".globl target_last\n"
		     ".type target_last, @function\n"
		     "target_last:\n" ANNOTATE_NOENDBR
		     "	push %rbx\n"
		     "	mov $1, %eax\n"
		     "	pop %rbx\n"
		     "	" ASM_RET
		     ".balign 2, 0xcc\n"
		     "	.byte 0xcc\n"
		     ".size target_last, . - target_last\n"
		     ".popsection\n");
	/* clang-format on */
}

/* A loop back from behind the window, however short, to its first byte. */
asmlinkage void target_backwards(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_backwards\n"
    ".type target_backwards, @function\n"
    "target_backwards:\n" ANNOTATE_NOENDBR
    "	dec %edi\n"
    "	mov %rdi, %rax\n"
    "	test %edi, %edi\n"
    "	jg target_backwards\n"
    "	" ASM_RET
    ".size target_backwards, . - target_backwards\n"
    ".popsection\n");
/* clang-format on */

/* A loop behind its first two bytes: only a window of two can be taken. */
asmlinkage void target_short(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".type __pfx_target_short, @function\n"
    "__pfx_target_short:\n"
    "	.skip 16, 0x90\n"
    ".size __pfx_target_short, . - __pfx_target_short\n"
    ".globl target_short\n"
    ".type target_short, @function\n"
    "target_short:\n" ANNOTATE_NOENDBR
    "	xor %eax, %eax\n"
    "1:	inc %eax\n"
    "	cmp %edi, %eax\n"
    "	jl 1b\n"
    "	" ASM_RET
    ".size target_short, . - target_short\n"
    ".popsection\n");
/* clang-format on */

/* The same, behind one that ends in a jmp of two bytes and this padding. */
#define TARGET_BEHIND(name, padding)                                    \
	asmlinkage int name(int count);                                 \
	asm(".pushsection .text, \"ax\", @progbits\n"                   \
	    ".type before_" #name ", @function\n"                       \
	    "before_" #name ":\n" ANNOTATE_NOENDBR                      \
	    "	.rept 20\n	push %rbx\n	pop %rbx\n	.endr\n"                \
	    "	jmp before_" #name "\n"                                 \
	    "	" padding "\n"                                          \
	    ".size before_" #name ", . - before_" #name "\n"            \
	    ".globl " #name "\n"                                        \
	    ".type " #name ", @function\n" #name ":\n" ANNOTATE_NOENDBR \
	    "	xor %eax, %eax\n"                                         \
	    "1:	inc %eax\n"                                             \
	    "	cmp %edi, %eax\n"                                         \
	    "	jl 1b\n"                                                  \
	    "	" ASM_RET ".size " #name ", . - " #name "\n"            \
	    ".popsection\n")

TARGET_BEHIND(target_narrow, ".skip 4, 0x90");
TARGET_BEHIND(target_wide, ".skip 5, 0x90");
/* Five bytes before its end is the middle of a nop of eight. */
TARGET_BEHIND(target_padded, ".byte 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0");
/*
 * Its window branches to where a kprobe on the instruction before would take
 * bytes too. A longer window has room for a decoy.
 */
#define TARGET_HIDDEN_PROBE 11
asmlinkage int target_hidden(int where);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_hidden\n"
    ".type target_hidden, @function\n"
    "target_hidden:\n" ANNOTATE_NOENDBR
    "	test %edi, %edi\n"
    "	je 1f\n"
    "	mov %edi, %eax\n"
    "	add %eax, %eax\n"
    "	lea 1(%rax), %eax\n"
    "	add $1, %eax\n"
    "1:	mov $7, %eax\n"
    "	" ASM_RET
    ".size target_hidden, . - target_hidden\n"
    ".popsection\n");
/* clang-format on */

/* The same, and behind the window is nothing that could make it longer. */
asmlinkage int target_hides(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_hides\n"
    ".type target_hides, @function\n"
    "target_hides:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "	xor %edx, %edx\n"
    "	jmp 2f\n"
    "1:	lea 1(%rdx), %edx\n"
    "2:	mov $7, %eax\n"
    "	cmp $2, %edx\n"
    "	jl 1b\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size target_hides, . - target_hides\n"
    ".popsection\n");
/* clang-format on */

/* Its first instruction may fault, and goes on behind the window then. */
asmlinkage void target_faults(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_faults\n"
    ".type target_faults, @function\n"
    "target_faults:\n" ANNOTATE_NOENDBR
    "	mov (%rdi), %rax\n"
    "	mov %rdi, %rdx\n"
    "1:	" ASM_RET
    ".size target_faults, . - target_faults\n"
    _ASM_EXTABLE(target_faults, 1b)
    ".popsection\n");
/* clang-format on */

/* What faults behind the window goes on at its first byte. */
asmlinkage void target_fixed(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_fixed\n"
    ".type target_fixed, @function\n"
    "target_fixed:\n" ANNOTATE_NOENDBR
    "	xor %eax, %eax\n"
    "	mov %rax, %rdx\n"
    "1:	mov (%rdi), %rcx\n"
    "	" ASM_RET
    ".size target_fixed, . - target_fixed\n"
    _ASM_EXTABLE(1b, target_fixed)
    ".popsection\n");
/* clang-format on */

/* Begins with what the kernel writes over when the key is switched. */
static DEFINE_STATIC_KEY_FALSE(target_key);
int target_switched(void);
noinline int target_switched(void)
{
	return static_branch_unlikely(&target_key) ? 1 : 2;
}

/* What ftrace may write over lies behind its beginning. */
#ifdef CONFIG_DYNAMIC_FTRACE
asmlinkage void target_traced(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_traced\n"
    ".type target_traced, @function\n"
    "target_traced:\n" ANNOTATE_NOENDBR
    "	push %rbx\n"
    "1:	call __fentry__\n"
    "	pop %rbx\n"
    "	" ASM_RET
    ".size target_traced, . - target_traced\n"
    ".popsection\n"
    ".pushsection __mcount_loc, \"a\", @progbits\n"
    "	.quad 1b\n"
    ".popsection\n");
/* clang-format on */
EXPORT_SYMBOL_GPL(target_traced);
#endif

/* Begins with a lock prefix: a kernel that runs one CPU writes over it. */
asmlinkage void target_locked(void);
/* clang-format off */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".globl target_locked\n"
    ".type target_locked, @function\n"
    "target_locked:\n" ANNOTATE_NOENDBR
    "	" LOCK_PREFIX "incl (%rdi)\n"
    "	mov %rdi, %rax\n"
    "	" ASM_RET
    ".size target_locked, . - target_locked\n"
    ".popsection\n");
/* clang-format on */

static int target_callee(int a)
{
	return a;
}

/* Begins with what the kernel writes over when the call is aimed elsewhere. */
DEFINE_STATIC_CALL(target_call, target_callee);
int target_called(int a);
noinline int target_called(int a)
{
	return static_call(target_call)(a);
}

/* Begins with a trap that is looked up by its address. */
int target_warns(void);
noinline int target_warns(void)
{
	WARN_ON(1);
	return 1;
}

/* A function that does something: the tests look at what it returns. */
int target_add(int a, int b);
noinline int target_add(int a, int b)
{
	return a + b;
}
EXPORT_SYMBOL_GPL(target_add);

/* Reading the parameter calls it: what is 1 plus 2? */
static int target_get_sum(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", target_add(1, 2));
}

static const struct kernel_param_ops target_sum_ops = {
	.get = target_get_sum,
};
module_param_cb(sum, &target_sum_ops, NULL, 0400);
MODULE_PARM_DESC(sum, "result of a call of target_add(1, 2)");

/* With a post handler, which makes kprobes use ftrace as livepatch does. */
static void target_probed(struct kprobe *probe, struct pt_regs *regs,
			  unsigned long flags)
{
}

static struct kprobe target_probe = {
	.symbol_name = "target_add",
	.post_handler = target_probed,
};

static bool probe;
module_param(probe, bool, 0400);
MODULE_PARM_DESC(probe, "have a kprobe at the entry of target_add()");

/* Kprobe events cannot be set on functions without an ftrace site. */
static bool probe_branch;
module_param(probe_branch, bool, 0400);
MODULE_PARM_DESC(probe_branch, "have a kprobe on target_backwards()'s branch");

static struct kprobe target_branch_probe = {
	.symbol_name = "target_backwards",
	.offset = 7,
};

static struct kprobe target_hidden_probe = {
	.symbol_name = "target_hidden",
	.offset = TARGET_HIDDEN_PROBE,
};

static bool probe_hidden;

static int target_set_probe_hidden(const char *value,
				   const struct kernel_param *param)
{
	bool wanted;
	int err = kstrtobool(value, &wanted);

	if (err || wanted == probe_hidden)
		return err;
	if (!wanted)
		unregister_kprobe(&target_hidden_probe);
	/* What it was before is in the way of another time. */
	target_hidden_probe.addr = NULL;
	target_hidden_probe.flags = 0;
	err = wanted ? register_kprobe(&target_hidden_probe) : 0;
	if (!err)
		probe_hidden = wanted;
	return err;
}

static const struct kernel_param_ops target_probe_hidden_ops = {
	.set = target_set_probe_hidden,
	.get = param_get_bool,
};
module_param_cb(probe_hidden, &target_probe_hidden_ops, &probe_hidden, 0600);
MODULE_PARM_DESC(probe_hidden,
		 "have a kprobe before where target_hidden() branches to");

/* Reading the parameter calls it, both ways. */
static int target_get_hidden(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d %d %d\n", target_hidden(0),
			  target_hidden(1), target_hides());
}

static const struct kernel_param_ops target_hidden_ops = {
	.get = target_get_hidden,
};
module_param_cb(hidden, &target_hidden_ops, NULL, 0400);
MODULE_PARM_DESC(
	hidden, "result of target_hidden(0), target_hidden(1), target_hides()");

static int target_get_padded(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", target_padded(3));
}

static const struct kernel_param_ops target_padded_ops = {
	.get = target_get_padded,
};
module_param_cb(padded, &target_padded_ops, NULL, 0400);
MODULE_PARM_DESC(padded, "result of target_padded(3)");

/* Every level of it goes through the hook. */
int target_recurse(int depth);
noinline __noclone int target_recurse(int depth)
{
	int below;

	if (!depth)
		return 0;
	below = target_recurse(depth - 1);
	/* Keeps the compiler from making a loop of it. */
	barrier();
	return below + 1;
}
EXPORT_SYMBOL_GPL(target_recurse);

/* Somebody is nearly always asleep in the original. */
int target_sleep(int ms);
noinline int target_sleep(int ms)
{
	msleep(ms);
	return ms;
}
EXPORT_SYMBOL_GPL(target_sleep);

static void target_expect(bool condition)
{
	if (!condition) {
		/* Roughly: any at all is one too many. */
		data_race(wrong++);
	}
}

/* Asleep first, and so nobody that RCU waits for; then busy in target_add(). */
int target_doze(int ms);
noinline int target_doze(int ms)
{
	unsigned long end;
	int i;

	msleep(ms);
	end = jiffies + msecs_to_jiffies(2 * ms);
	for (i = 0; time_before(jiffies, end); i++)
		target_expect(target_add(i & 0xff, 1) == (i & 0xff) + 1);
	return ms;
}
EXPORT_SYMBOL_GPL(target_doze);

/*
 * Without the first, waiting for tasks RCU would never end; without a rest now
 * and then, a livepatch would never get hold of a thread with a CPU of its own.
 */
static void target_rest(unsigned int loop)
{
	cond_resched_tasks_rcu_qs();
	if (!(loop % TARGET_REST))
		schedule_timeout_idle(1);
}

static int target_spinner(void *unused)
{
	unsigned int loop;
	int i;

	for (loop = 1; !kthread_should_stop(); loop++) {
		for (i = 0; i < 100; i++)
			target_spin();
		/* Seldom: who is in the detour is in everybody's way. */
		if (detours && !(loop % 4))
			target_detoured();
		target_rest(loop);
	}
	return 0;
}

static int target_caller(void *unused)
{
	int i;

	for (i = 0; !kthread_should_stop(); i++) {
		target_expect(target_add(i & 0xff, 1) == (i & 0xff) + 1);
		target_expect(target_recurse(TARGET_DEPTH) == TARGET_DEPTH);
		target_rest(i + 1);
	}
	return 0;
}

static int target_sleeper(void *unused)
{
	int i;

	for (i = 0; !kthread_should_stop(); i++)
		target_expect(target_sleep(i % 32) == i % 32);
	return 0;
}

static int target_dozer(void *unused)
{
	while (!kthread_should_stop())
		target_expect(target_doze(1500) == 1500);
	return 0;
}

static void target_stop(void)
{
	while (target_count)
		kthread_stop(target_tasks[--target_count]);
}

static int target_start(int (*function)(void *), const char *name, int count)
{
	struct task_struct *task;
	int i;

	for (i = 0; i < count && target_count < TARGET_THREADS; i++) {
		task = kthread_run(function, NULL, "%s/%d", name, i);
		if (IS_ERR(task))
			return PTR_ERR(task);
		target_tasks[target_count++] = task;
	}
	return 0;
}

/* Before the module's text is freed all such are waited for: delete_module(). */
static void target_late(void *unused, async_cookie_t cookie)
{
	while (READ_ONCE(late))
		msleep(20);
	pr_info("hookcore_target: late: %d\n", target_add(1, 2));
}

static void target_exit(void)
{
	if (late)
		async_schedule(target_late, NULL);
	target_stop();
	if (probe_hidden)
		unregister_kprobe(&target_hidden_probe);
	if (probe_branch)
		unregister_kprobe(&target_branch_probe);
	if (probe)
		unregister_kprobe(&target_probe);
}

static int __init target_init(void)
{
	int err;

	if (fail) {
		while (READ_ONCE(fail))
			msleep(20);
		return -ENODEV;
	}
	err = probe ? register_kprobe(&target_probe) : 0;
	if (err)
		return err;
	err = probe_branch ? register_kprobe(&target_branch_probe) : 0;
	if (err)
		goto unregister_probe;
	err = target_start(target_spinner, "target", threads);
	if (!err)
		err = target_start(target_caller, "caller", callers);
	if (!err)
		err = target_start(target_dozer, "dozer", dozers);
	if (!err)
		err = target_start(target_sleeper, "sleeper", sleepers);
	if (err)
		target_exit();
	return err;
unregister_probe:
	if (probe)
		unregister_kprobe(&target_probe);
	return err;
}

module_init(target_init);
module_exit(target_exit);

MODULE_DESCRIPTION("hookcore test: functions to be hooked");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
