// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>

#include "list.h"

/* --- The links, in the holes of an entity --------------------------------- */

static struct sched_entity **next_of(struct sched_entity *se)
{
	return (struct sched_entity **)((char *)se + COMPAT_SE_NEXT);
}

static u32 *half_of(const struct sched_entity *se, size_t offset)
{
	return (u32 *)((char *)se + offset);
}

static struct sched_entity *prev_of(const struct sched_entity *se)
{
	u64 low = *half_of(se, COMPAT_SE_PREV_LOW) & ~LIST_WORN;
	u64 high = *half_of(se, COMPAT_SE_PREV_HIGH);

	return (struct sched_entity *)(high << 32 | low);
}

static void set_prev(struct sched_entity *se, struct sched_entity *prev,
		     bool is_worn)
{
	u64 link = (u64)prev | (is_worn ? LIST_WORN : 0);

	*half_of(se, COMPAT_SE_PREV_LOW) = lower_32_bits(link);
	*half_of(se, COMPAT_SE_PREV_HIGH) = upper_32_bits(link);
}

/* --- The list ------------------------------------------------------------- */

/* Behind @prev; NULL is the front. */
static void link_behind(struct list *list, struct sched_entity *se,
			struct sched_entity *prev, bool is_worn)
{
	struct sched_entity **from = prev ? next_of(prev) : &list->head;
	struct sched_entity *next = *from;

	*from = se;
	set_prev(se, prev, is_worn);
	*next_of(se) = next;
	if (next)
		set_prev(next, se, list_is_worn(next));
	else
		list->tail = se;
	list->count++;
	list->worn_count += is_worn;
	list->changes++;
}

void list_push(struct list *list, struct sched_entity *se)
{
	link_behind(list, se, NULL, false);
}

void list_append(struct list *list, struct sched_entity *se)
{
	link_behind(list, se, list->worn ? prev_of(list->worn) : list->tail,
		    false);
}

void list_append_worn(struct list *list, struct sched_entity *se)
{
	link_behind(list, se, list->tail, true);
	if (!list->worn)
		list->worn = se;
}

void list_raise_worn(struct list *list)
{
	struct sched_entity *se = list->worn;

	list_remove(list, se);
	link_behind(list, se, NULL, true);
}

void list_remove(struct list *list, struct sched_entity *se)
{
	struct sched_entity *prev = prev_of(se), *next = *next_of(se);

	if (list->worn == se)
		list->worn = next;
	if (prev)
		*next_of(prev) = next;
	else
		list->head = next;
	if (next)
		set_prev(next, prev, list_is_worn(next));
	else
		list->tail = prev;
	list->count--;
	list->worn_count -= list_is_worn(se);
	list->changes++;
}

void list_leave(struct list *list, struct sched_entity *se,
		struct list_place *place)
{
	place->se = se;
	place->prev = prev_of(se);
	place->is_worn = list_is_worn(se);
	place->first_worn = list->worn == se;
	list_remove(list, se);
	place->changes = list->changes;
}

bool list_come_back(struct list *list, struct sched_entity *se,
		    struct list_place *place)
{
	if (place->se != se || place->changes != list->changes)
		return false;
	link_behind(list, se, place->prev, place->is_worn);
	if (place->first_worn)
		list->worn = se;
	return true;
}
