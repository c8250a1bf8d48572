// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_log: " fmt

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "hookcore.h"
#include "ring.h"

struct ring *ring;
wait_queue_head_t *ring_wait;

/* These two exist since printk has parameters of these names. */
static const bool *print_time;
static const unsigned int *devkmsg_bits;
#define DEVKMSG_OFF 2

HOOKCORE_IMPORT(ring_read);
HOOKCORE_IMPORT(ring_read_info);
HOOKCORE_IMPORT(ring_first);
HOOKCORE_IMPORT(ring_next);
HOOKCORE_IMPORT(ring_size);

static const struct hookcore_import imports[] = {
	{ "prb_read_valid", ring_read },
	{ "prb_read_valid_info", ring_read_info },
	{ "prb_first_valid_seq", ring_first },
	{ "prb_next_seq", ring_next },
	{ "log_buf_len_get", ring_size },
};

/* A kernel may have been built without security modules. */
asmlinkage int ring_security(int type);
HOOKCORE_IMPORT(ring_security);
static const struct hookcore_import security_import = { "security_syslog",
							ring_security };
static bool has_security;

bool ring_time(void)
{
	return READ_ONCE(*print_time);
}

bool ring_writable(void)
{
	return !(READ_ONCE(*devkmsg_bits) & DEVKMSG_OFF);
}

int ring_allowed(int type)
{
	return has_security ? ring_security(type) : 0;
}

/* --- Is it as we know it? ------------------------------------------------- */

static const struct fact {
	const char *text;
	size_t value;
} facts[] = {
	{ "OFFSET(printk_ringbuffer.desc_ring)", 0 },
	{ "OFFSET(prb_desc_ring.count_bits)",
	  offsetof(struct ring, count_bits) },
	{ "OFFSET(prb_desc_ring.infos)", offsetof(struct ring, infos) },
	{ "SIZE(printk_info)", sizeof(struct ring_info) },
	{ "OFFSET(printk_info.seq)", offsetof(struct ring_info, seq) },
	{ "OFFSET(printk_info.ts_nsec)", offsetof(struct ring_info, ts_nsec) },
	{ "OFFSET(printk_info.text_len)",
	  offsetof(struct ring_info, text_len) },
	{ "OFFSET(printk_info.caller_id)",
	  offsetof(struct ring_info, caller_id) },
	{ "OFFSET(printk_info.dev_info)",
	  offsetof(struct ring_info, dev_info) },
};

static bool is_stated(const char *note, size_t size, const struct fact *fact)
{
	char line[64];

	snprintf(line, sizeof(line), "%s=%zu\n", fact->text, fact->value);
	return strnstr(note, line, size);
}

/*
 * The kernel writes down for crash tools what its records look like (commit
 * 896fbe20b4e2, "printk: use the lockless ringbuffer", 5.10). One without that
 * note has to do with the look at a record.
 */
static bool note_agrees(void)
{
	char **note = (char **)hookcore_symbol("vmcoreinfo_data");
	size_t *size = (size_t *)hookcore_symbol("vmcoreinfo_size");
	size_t i;

	if (!note || !size || !*note)
		return true;
	for (i = 0; i < ARRAY_SIZE(facts); i++)
		if (!is_stated(*note, *size, &facts[i]))
			return false;
	return true;
}

static bool record_agrees(void)
{
	struct ring_info info;
	unsigned int lines;
	u64 seq = ring_first(ring);

	return ring_read_info(ring, seq, &info, &lines) && info.seq >= seq &&
	       info.seq < ring_next(ring) && info.text_len <= RING_TEXT &&
	       ring->infos[info.seq & (BIT_ULL(ring->count_bits) - 1)].seq >=
		       info.seq;
}

/* --- Init ----------------------------------------------------------------- */

static void *variable(const char *name)
{
	void *address = (void *)hookcore_symbol(name);

	if (!address)
		pr_err("not loaded: this kernel has no symbol %s\n", name);
	return address;
}

static int find_variables(void)
{
	struct ring **where = variable("prb");

	ring_wait = variable("log_wait");
	print_time = variable("printk_time");
	devkmsg_bits = variable("devkmsg_log");
	if (!where || !ring_wait || !print_time || !devkmsg_bits)
		return -ENOENT;
	/* It moves early in boot, and never again. */
	ring = *where;
	return 0;
}

int ring_init(void)
{
	int err = find_variables();

	/* hookcore says which is missing. */
	err = err ?: hookcore_import(imports, ARRAY_SIZE(imports));
	if (err)
		return err;
	has_security = hookcore_symbol(security_import.symbol);
	if (has_security)
		err = hookcore_import(&security_import, 1);
	if (err)
		return err;
	if (!note_agrees() || !record_agrees()) {
		pr_err("not loaded: the records of this kernel's log are not what they were up to 6.12\n");
		return -EOPNOTSUPP;
	}
	return 0;
}
