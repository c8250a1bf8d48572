/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list beside the tree: entities of one group on one CPU, in the order in
 * which they became runnable.
 *
 *   head ─▶ fresh ─▶ fresh ─▶ worn ─▶ worn ◀─ tail
 *                              ▲
 *                             worn
 *
 * Behind the fresh ones come those whom the guard had to send back because they
 * did not sleep, and new ones if there are very many. One of them may be at the
 * head, when it is its turn. All of it is O(1), and under the lock of the CPU's
 * run queue.
 */
#ifndef SCHED_LIST_H
#define SCHED_LIST_H

#include <linux/types.h>

#include "compat.h"

/**
 * struct list - the entities
 * @head: the one that runs, or runs next, or NULL.
 * @tail: the last one, or NULL.
 * @worn: the first worn one behind the fresh ones, or NULL.
 * @count: how many.
 * @worn_count: how many of them are worn.
 * @changes: grows with each link and unlink.
 */
struct list {
	struct sched_entity *head;
	struct sched_entity *tail;
	struct sched_entity *worn;
	unsigned int count;
	unsigned int worn_count;
	u64 changes;
};

/**
 * struct list_place - where an entity was
 * @se: the entity, or NULL.
 * @prev: the one before it, NULL if it was the first.
 * @is_worn: was it worn?
 * @first_worn: was it the first worn one?
 * @changes: of the list, right after it was taken out.
 */
struct list_place {
	struct sched_entity *se;
	struct sched_entity *prev;
	bool is_worn;
	bool first_worn;
	u64 changes;
};

/* Entities are aligned: the lowest bit of a link says if its owner is worn. */
#define LIST_WORN 1UL

/**
 * list_is_worn() - is it one of those that come behind the fresh ones?
 * @se: an entity that is in a list.
 *
 * Return: true if it is.
 */
static inline bool list_is_worn(const struct sched_entity *se)
{
	const char *link = (const char *)se + COMPAT_SE_PREV_LOW;

	return *(const u32 *)link & LIST_WORN;
}

/**
 * list_has_fresh() - is there one that is not worn?
 * @list: the list.
 *
 * Return: true if there is.
 */
static inline bool list_has_fresh(const struct list *list)
{
	return list->worn_count < list->count;
}

/**
 * list_push() - link an entity in front of all
 * @list: the list.
 * @se: an entity that is not in it.
 */
void list_push(struct list *list, struct sched_entity *se);

/**
 * list_append() - link an entity behind the fresh ones
 * @list: the list.
 * @se: an entity that is not in it.
 */
void list_append(struct list *list, struct sched_entity *se);

/**
 * list_append_worn() - link an entity behind all
 * @list: the list.
 * @se: an entity that is not in it.
 */
void list_append_worn(struct list *list, struct sched_entity *se);

/**
 * list_raise_worn() - put the first worn one in front of all; worn it stays
 * @list: the list, with @worn in it.
 */
void list_raise_worn(struct list *list);

/**
 * list_remove() - unlink an entity
 * @list: the list.
 * @se: an entity that is in it.
 */
void list_remove(struct list *list, struct sched_entity *se);

/**
 * list_leave() - unlink an entity that is about to come back
 * @list: the list.
 * @se: an entity that is in it.
 * @place: where it was.
 */
void list_leave(struct list *list, struct sched_entity *se,
		struct list_place *place);

/**
 * list_come_back() - link an entity where it was
 * @list: the list.
 * @se: an entity that is not in it.
 * @place: of the last one that left.
 *
 * Return: false, and nothing is done, if @place is another one's or the list
 * has changed since.
 */
bool list_come_back(struct list *list, struct sched_entity *se,
		    struct list_place *place);

#endif /* SCHED_LIST_H */
