// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "fault.h"
#include "hookcore.h"
#include "log.h"
#include "record.h"
#include "ring.h"
#include "vkernel.h"

/*
 * The place of record @seq is that of its descriptor in the kernel's ring. From
 * prb_reserve() to prb_commit() the descriptor is one writer's alone, so the
 * place is too: no two ever write to it at a time, whatever interrupts them.
 *
 * @next is the record's number and one; 0: no record of a container was ever
 * here. The host's records are not written down: their numbers are never those
 * of older ones.
 */
struct tag {
	u64 next;
	u32 id;
	u32 visible;
};

/* In @next: a writer is at the other two. */
#define TAG_BUSY BIT_ULL(63)

static struct tag *tags;

/* What of a number says the place, here as in the kernel's own tables. */
static u64 place_mask;
static const struct ring_info *infos;

static struct tag *tag_of(u64 seq)
{
	return &tags[seq & place_mask];
}

int record_init(void)
{
	place_mask = BIT_ULL(ring->count_bits) - 1;
	infos = ring->infos;
	tags = vcalloc(BIT(ring->count_bits), sizeof(*tags));
	return tags ? 0 : -ENOMEM;
}

void record_exit(void)
{
	vfree(tags);
}

/* --- Reading -------------------------------------------------------------- */

/*
 * Whoever asks has seen the record, so it was committed, and its tag written
 * before. All that can come between is a newer record in its place.
 */
enum record_whose record_ask(u64 seq, u32 *id)
{
	const struct tag *tag = tag_of(seq);
	u64 next = READ_ONCE(tag->next);
	u32 visible;

	*id = 0;
	if (next != seq + 1)
		return (next & ~TAG_BUSY) > seq + 1 ? RECORD_GONE : RECORD_HOST;
	/* Pairs with the two barriers of write_tag(), in reverse. */
	smp_rmb();
	*id = READ_ONCE(tag->id);
	visible = READ_ONCE(tag->visible);
	/* The other one. */
	smp_rmb();
	if (READ_ONCE(tag->next) == seq + 1)
		return visible ? RECORD_OWN : RECORD_HIDDEN;
	*id = 0;
	return RECORD_GONE;
}

enum record_whose record_is_own(u64 seq, u32 id)
{
	u32 whose;
	enum record_whose answer = record_ask(seq, &whose);

	if (answer == RECORD_GONE || (answer == RECORD_OWN && whose == id))
		return answer;
	return RECORD_HOST;
}

/* --- Writing: in whatever context printk() is called in ------------------- */

static void write_tag(u64 seq, u32 id, bool visible)
{
	struct tag *tag = tag_of(seq);

	WRITE_ONCE(tag->next, (seq + 1) | TAG_BUSY);
	/* A reader of what was here must not take the new for the old ... */
	smp_wmb();
	WRITE_ONCE(tag->id, id);
	WRITE_ONCE(tag->visible, visible);
	/* ... nor one of what is here now the old for the new. */
	smp_wmb();
	WRITE_ONCE(tag->next, seq + 1);
}

static const struct ring_info *info_of(const struct ring_entry *entry)
{
	return &infos[entry->id & place_mask];
}

/* Of a line that is continued the beginning has decided. */
static bool is_tagged(u64 seq)
{
	return READ_ONCE(tag_of(seq)->next) == seq + 1;
}

static bool may_see(const struct log *log, const struct ring_info *info)
{
	return READ_ONCE(log->all) || info->facility || fault_now();
}

static void tag_for(const struct ring_info *info, bool partial)
{
	u32 id = 0;
	struct log *log = log_nearest(&id);
	bool visible = log && may_see(log, info);

	if (!log && !partial)
		return;
	write_tag(info->seq, id, visible);
	if (!log)
		return;
	if (info->facility)
		log_charge(log, info->text_len);
	atomic64_inc(&log->records);
	if (visible)
		atomic64_inc(&log->visible);
}

/*
 * Interrupts, NMIs and kernel threads are the host's. So is what is printed
 * where RCU looks away: there nobody can be looked up.
 */
static void record(const struct ring_entry *entry, bool partial)
{
	const struct ring_info *info;

	if (!in_task() || !rcu_is_watching() || entry->ring != ring)
		return;
	info = info_of(entry);
	if (is_tagged(info->seq))
		return;
	rcu_read_lock();
	tag_for(info, partial);
	rcu_read_unlock();
}

asmlinkage void record_commit(const struct ring_entry *entry);
asmlinkage void record_final_commit(const struct ring_entry *entry);

/*
 * The line may go on after an execve, in a container: if it began as the
 * host's, that has to be known.
 */
asmlinkage __visible void record_commit(const struct ring_entry *entry)
{
	record(entry, true);
}

asmlinkage __visible void record_final_commit(const struct ring_entry *entry)
{
	record(entry, false);
}

VKERNEL_GUARD_OFFSETS

/* clang-format off */
HOOKCORE_GUARD(vkernel_prb_commit, original_prb_commit,
	VKERNEL_GUARD_KEY(original_prb_commit)
	"	push %rdi\n"
	"	call record_commit\n"
	"	pop %rdi\n");

HOOKCORE_GUARD(vkernel_prb_final_commit, original_prb_final_commit,
	VKERNEL_GUARD(original_prb_final_commit)
	"	push %rdi\n"
	"	call record_final_commit\n"
	"	pop %rdi\n");
/* clang-format on */
