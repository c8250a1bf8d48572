// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>

#include "files.h"
#include "own.h"
#include "sysctls.h"

static int print(char *text, unsigned long value)
{
	return scnprintf(text, VKERNEL_VIEW_SIZE, "%lu\n", value);
}

static int get_mode(void *state, char *text)
{
	const struct own *own = state;
	int mode = READ_ONCE(own->mode);

	return mode == POLICY_INHERIT ? 0 : print(text, mode);
}

/* As the kernel shows them: of the two, the one that does not count is 0. */
static int get_ratio(void *state, char *text)
{
	const struct own *own = state;

	if (READ_ONCE(own->mode) == POLICY_INHERIT)
		return 0;
	return print(text, READ_ONCE(own->kbytes) ? 0 : READ_ONCE(own->ratio));
}

static int get_kbytes(void *state, char *text)
{
	const struct own *own = state;

	if (READ_ONCE(own->mode) == POLICY_INHERIT)
		return 0;
	return print(text, READ_ONCE(own->kbytes));
}

static int get_map_count(void *state, char *text)
{
	const struct own *own = state;
	unsigned int count = READ_ONCE(own->max_map_count);

	return count ? print(text, count) : 0;
}

static int get_min_addr(void *state, char *text)
{
	const struct own *own = state;
	unsigned long address = READ_ONCE(own->mmap_min_addr);

	return address ? print(text, address) : 0;
}

/*
 * Two tasks at a time may write: each setting is one word, and of two the last
 * one counts. The operator's mutex cannot be taken here.
 */
static int set(struct own *own, const char *text,
	       int (*change)(struct own *own, const char *text))
{
	return READ_ONCE(own->writable) ? change(own, text) : -EPERM;
}

static int set_mode(void *state, char *text)
{
	return set(state, text, files_set_mode);
}

/* Of the two, the one that was set last counts, as in the kernel. */
static int set_ratio(void *state, char *text)
{
	int err = set(state, text, files_set_ratio);

	if (!err)
		files_set_kbytes(state, "0");
	return err;
}

static int set_kbytes(void *state, char *text)
{
	return set(state, text, files_set_kbytes);
}

static int set_map_count(void *state, char *text)
{
	return set(state, text, files_set_map_count);
}

static int set_min_addr(void *state, char *text)
{
	return set(state, text, files_set_min_addr);
}

/* clang-format off */
static struct vkernel_view views[] = {
	{ "vm/overcommit_memory", &own_plugin, get_mode, set_mode },
	{ "vm/overcommit_ratio", &own_plugin, get_ratio, set_ratio },
	{ "vm/overcommit_kbytes", &own_plugin, get_kbytes, set_kbytes },
	{ "vm/max_map_count", &own_plugin, get_map_count, set_map_count },
	{ "vm/mmap_min_addr", &own_plugin, get_min_addr, set_min_addr },
};
/* clang-format on */

int sysctls_init(void)
{
	return vkernel_register_views(views, ARRAY_SIZE(views));
}

void sysctls_exit(void)
{
	vkernel_unregister_views(views, ARRAY_SIZE(views));
}
