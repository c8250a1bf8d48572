// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/seq_file.h>

#include "hookcore.h"
#include "meminfo.h"
#include "number.h"
#include "own.h"
#include "wrapper.h"

/*
 * The innermost vkernel with a mode of its own says what its limit is, or would
 * be in %POLICY_NEVER, as the kernel does. Those in force around it hold for it
 * too. False: there is none.
 */
static bool find_limit(struct vkernel *vk, unsigned long *pages)
{
	bool found = false;
	struct own *own;
	int mode;

	*pages = ULONG_MAX;
	for (; vk; vk = vkernel_parent(vk)) {
		own = own_of(vk);
		mode = own ? READ_ONCE(own->mode) : POLICY_INHERIT;
		if (mode != POLICY_NEVER && (mode == POLICY_INHERIT || found))
			continue;
		*pages = min(*pages, own_ceiling(own));
		found = true;
	}
	return found;
}

/* Between two changes of it an account may be less than nothing. */
static unsigned long committed(const struct own *own)
{
	return max(atomic_long_read(&own->committed), 0L);
}

static void put_own(char *text, size_t length)
{
	unsigned long limit;
	struct own *own;

	rcu_read_lock();
	own = own_nearest(vkernel_current());
	if (own) {
		number_put(text, length,
			   "Committed_AS:", committed(own) * KBYTES_PER_PAGE);
		if (find_limit(own->vk, &limit))
			number_put(text, length,
				   "CommitLimit:", limit * KBYTES_PER_PAGE);
	}
	rcu_read_unlock();
}

asmlinkage int mm_meminfo(struct seq_file *file, void *unused);

/* The original does not sleep. What overflowed is shown again, in more room. */
asmlinkage __visible int mm_meminfo(struct seq_file *file, void *unused)
{
	size_t before = file->count;
	int err = original_mm_meminfo(file, unused);

	if (!err && !seq_has_overflowed(file))
		put_own(file->buf + before, file->count - before);
	return err;
}

VKERNEL_GUARD_OFFSETS

HOOKCORE_ORIGINAL(original_mm_meminfo);
WRAPPER(vkernel_mm_meminfo, mm_meminfo, VKERNEL_GUARD(original_mm_meminfo));
