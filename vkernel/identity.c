// SPDX-License-Identifier: GPL-2.0
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "identity.h"
#include "instance.h"

u32 *identity_ledger(struct mm_struct *init_mm, const struct mm_struct *mm)
{
	u32 *ledger = vkernel_stamp(init_mm);
	u32 stamp = READ_ONCE(*vkernel_stamp(mm));
	u32 highest = READ_ONCE(*ledger) >> VKERNEL_SLOT_BITS;

	/* An id of an earlier life of the module is at most the ledger's. */
	if (stamp >> VKERNEL_SLOT_BITS > highest)
		return NULL;
	return ledger;
}

/*
 * The stamp is written even if it is 0: exec made a new, zeroed mm, but a
 * vkernel armed or disarmed meanwhile must not leave half an answer.
 */
void identity_stamp(struct mm_struct *mm, struct pid_namespace *ns)
{
	struct vkernel *vk;

	rcu_read_lock();
	vk = instance_of_namespace(ns);
	WRITE_ONCE(*vkernel_stamp(mm), vk ? READ_ONCE(vk->core.id) : 0);
	if (vk && !READ_ONCE(vk->active))
		WRITE_ONCE(vk->active, true);
	rcu_read_unlock();
}

/*
 * A kernel thread does somebody's work, and does not tell whose: a loop device
 * on a vkernel's file, say, whose blocks a container writes. The mode of a file
 * says nothing: configfs lets a container that mounted it change that.
 */
bool vkernel_may_configure(void)
{
	bool host;

	if (current->flags & PF_KTHREAD || !capable(CAP_SYS_ADMIN))
		return false;
	rcu_read_lock();
	host = !vkernel_current();
	rcu_read_unlock();
	return host;
}
EXPORT_SYMBOL_GPL(vkernel_may_configure);

int vkernel_read_line(const char *page, size_t count, char *text, size_t size)
{
	if (!vkernel_may_configure())
		return -EPERM;
	if (strlen(page) != count || count >= size || !count)
		return -EINVAL;
	strscpy(text, page, size);
	if (text[count - 1] == '\n')
		text[count - 1] = '\0';
	return 0;
}
EXPORT_SYMBOL_GPL(vkernel_read_line);
