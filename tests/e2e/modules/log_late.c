// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the first open of /dev/kmsg end late: between two accesses of its task
 * to the file's f_mode, behind the file's ->open(), time goes by. A data
 * breakpoint stops it there.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hw_breakpoint.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/sched.h>

#include "hookcore.h"

static unsigned int access = 1;
module_param(access, uint, 0400);
MODULE_PARM_DESC(access, "after which access, from 1");

static unsigned int wait_ms = 3000;
module_param(wait_ms, uint, 0400);
MODULE_PARM_DESC(wait_ms, "how long, milliseconds");

static bool go;
module_param(go, bool, 0600);
MODULE_PARM_DESC(go, "the opener may go on from the file's ->open()");

static atomic_t late_count = ATOMIC_INIT(0);
static struct task_struct *late_opener;
static unsigned int late_accesses;
static struct perf_event *__percpu *late_watch;

/* Where the opener is: 0 not there, 1 behind ->open(), 2 behind the access. */
static int inside;
module_param(inside, int, 0400);
MODULE_PARM_DESC(inside, "result: where the opener is");

int late_original(struct inode *inode, struct file *file);
HOOKCORE_ORIGINAL(late_original);

static void late_accessed(struct perf_event *event,
			  struct perf_sample_data *data, struct pt_regs *regs)
{
	if (current != late_opener || ++late_accesses != access)
		return;
	WRITE_ONCE(inside, 2);
	mdelay(wait_ms);
	WRITE_ONCE(inside, 0);
}

static void watch(const struct file *file)
{
	struct perf_event_attr attr;

	hw_breakpoint_init(&attr);
	attr.bp_addr = (unsigned long)&file->f_mode;
	attr.bp_len = HW_BREAKPOINT_LEN_4;
	attr.bp_type = HW_BREAKPOINT_RW;
	late_watch = register_wide_hw_breakpoint(&attr, late_accessed, NULL);
	if (IS_ERR((void __force *)late_watch)) {
		pr_err("log_late: no breakpoint: %ld\n",
		       PTR_ERR((void __force *)late_watch));
		late_watch = NULL;
	}
}

static int late_open(struct inode *inode, struct file *file)
{
	int err = late_original(inode, file);

	if (err || atomic_inc_return(&late_count) != 1)
		return err;
	WRITE_ONCE(inside, 1);
	while (!READ_ONCE(go))
		msleep(20);
	late_opener = current;
	watch(file);
	return err;
}

/* Around the plugin's. */
static struct hookcore_hook late_hook = {
	.symbol = "devkmsg_open",
	.handler = late_open,
	.original = late_original,
	.owner = THIS_MODULE,
	.priority = 100,
};

static int __init late_init(void)
{
	return hookcore_register(&late_hook, 1);
}

static void __exit late_exit(void)
{
	hookcore_unregister(&late_hook, 1);
	if (late_watch)
		unregister_wide_hw_breakpoint(late_watch);
}

module_init(late_init);
module_exit(late_exit);

MODULE_DESCRIPTION("log test: an open that ends late");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
