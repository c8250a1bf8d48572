// SPDX-License-Identifier: GPL-2.0
/*
 * list_model SEED STEPS: plugins/sched/list.c against an array, by random.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "sched_host.h"

#include "list.h"

#define MOST 8

struct item {
	struct sched_entity *se;
	bool is_worn;
};

static struct sched_entity pool[MOST];

/* What the list should be; those behind the fresh ones begin at @split. */
static struct item items[MOST];
static unsigned int count, split;

static struct list list;
static unsigned long step;

static void die(const char *what)
{
	printf("FAIL: step %lu: %s\n", step, what);
	exit(1);
}

static unsigned int find(const struct sched_entity *se)
{
	unsigned int i = 0;

	while (i < count && items[i].se != se)
		i++;
	return i;
}

/* @before: does it belong to the ones before the split? */
static void insert(unsigned int at, struct item item, bool before)
{
	memmove(&items[at + 1], &items[at], (count - at) * sizeof(item));
	items[at] = item;
	count++;
	split += before;
}

static struct item erase(unsigned int at)
{
	struct item item = items[at];

	count--;
	memmove(&items[at], &items[at + 1], (count - at) * sizeof(item));
	split -= at < split;
	return item;
}

/* --- The same to both ----------------------------------------------------- */

static void add(struct sched_entity *se, unsigned int how)
{
	if (how == 0) {
		list_push(&list, se);
		insert(0, (struct item){ se, false }, true);
	} else if (how == 1) {
		list_append(&list, se);
		insert(split, (struct item){ se, false }, true);
	} else {
		list_append_worn(&list, se);
		insert(count, (struct item){ se, true }, false);
	}
}

static void raise_worn(void)
{
	list_raise_worn(&list);
	insert(0, erase(split), true);
}

static void leave_and_come_back(unsigned int at)
{
	bool before = at < split;
	struct list_place place;
	struct item item;

	list_leave(&list, items[at].se, &place);
	item = erase(at);
	if (!list_come_back(&list, item.se, &place))
		die("it did not come back");
	insert(at, item, before);
	if (list_come_back(&list, item.se, &place))
		die("it came back twice");
}

/* When another one has gone meanwhile its place is nowhere. */
static void leave_for_good(unsigned int at)
{
	struct list_place place;
	struct sched_entity *se = items[at].se;

	list_leave(&list, se, &place);
	erase(at);
	list_remove(&list, erase(0).se);
	if (list_come_back(&list, se, &place))
		die("it came back to where nothing is as it was");
}

/* --- Comparison ----------------------------------------------------------- */

static void compare(void)
{
	struct sched_entity *se = list.head;
	unsigned int i, worn = 0;

	for (i = 0; i < count; i++, se = se->next) {
		if (se != items[i].se || list_is_worn(se) != items[i].is_worn)
			die("another order");
		worn += items[i].is_worn;
	}
	if (se || list.tail != (count ? items[count - 1].se : NULL))
		die("another end");
	if (list.worn != (split < count ? items[split].se : NULL))
		die("another first worn one");
	if (list.count != count || list.worn_count != worn)
		die("another length");
}

static void act(u64 *state)
{
	struct sched_entity *se = &pool[random_below(state, MOST)];
	unsigned int at = find(se);

	if (at == count)
		add(se, random_below(state, 3));
	else if (random_percent(state, 30) && split < count)
		raise_worn();
	else if (random_percent(state, 40))
		leave_and_come_back(at);
	else if (random_percent(state, 10) && count > 1)
		leave_for_good(at);
	else
		list_remove(&list, erase(at).se);
}

int main(int argc, char **argv)
{
	u64 state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	unsigned long steps = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000000;

	/* Holes are copied by fork(): what is in them is anything. */
	memset(pool, 0xff, sizeof(pool));
	for (step = 0; step < steps; step++) {
		act(&state);
		compare();
	}
	printf("ok: %lu steps\n", steps);
	return 0;
}
