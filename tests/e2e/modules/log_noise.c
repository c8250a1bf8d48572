// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to the kernel log from where no task of a container is: a kernel
 * thread, and a timer's interrupt on each CPU, whichever task it interrupts.
 * The lines are numbered.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

static unsigned int every_us = 500;
module_param(every_us, uint, 0400);
MODULE_PARM_DESC(every_us, "microseconds between the lines of a source");

static DEFINE_PER_CPU(struct hrtimer, noise_timer);
static atomic_t noise_irqs = ATOMIC_INIT(0);
static struct task_struct *noise_thread;

static enum hrtimer_restart noise_irq(struct hrtimer *timer)
{
	pr_info("noise-irq %d\n", atomic_inc_return(&noise_irqs));
	hrtimer_forward_now(timer, ns_to_ktime(every_us * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

static void noise_start(void *unused)
{
	struct hrtimer *timer = this_cpu_ptr(&noise_timer);

	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = noise_irq;
	hrtimer_start(timer, ns_to_ktime(every_us * NSEC_PER_USEC),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

/* In two parts: the second goes on with the line of the first. */
static int noise_main(void *unused)
{
	unsigned int count = 0;

	while (!kthread_should_stop()) {
		pr_info("noise-thread");
		pr_cont(" %u\n", ++count);
		usleep_range(every_us, 2 * every_us);
	}
	return 0;
}

static int __init noise_init(void)
{
	noise_thread = kthread_run(noise_main, NULL, "log_noise");
	if (IS_ERR(noise_thread))
		return PTR_ERR(noise_thread);
	on_each_cpu(noise_start, NULL, 1);
	return 0;
}

static void __exit noise_exit(void)
{
	int cpu;

	for_each_online_cpu(cpu)
		hrtimer_cancel(per_cpu_ptr(&noise_timer, cpu));
	kthread_stop(noise_thread);
}

module_init(noise_init);
module_exit(noise_exit);

MODULE_DESCRIPTION("log test: lines from interrupts and a kernel thread");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
