// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "lesson.h"
#include "words.h"

struct lesson *lesson_new(void)
{
	struct lesson *lesson = kvzalloc(sizeof(*lesson), GFP_KERNEL);

	if (lesson)
		spin_lock_init(&lesson->lock);
	return lesson;
}

static struct lesson_watch *find_watch(struct lesson *lesson,
				       enum verdict_abi abi, unsigned int nr)
{
	unsigned int i;

	lockdep_assert_held(&lesson->lock);
	for (i = 0; i < lesson->watches; i++)
		if (lesson->watch[i].abi == abi && lesson->watch[i].nr == nr)
			return &lesson->watch[i];
	return NULL;
}

static int add_watch(struct lesson *lesson, const struct lesson_watch *watch)
{
	if (find_watch(lesson, watch->abi, watch->nr))
		return -EEXIST;
	if (lesson->watches == LESSON_WATCHES)
		return -ENOSPC;
	lesson->watch[lesson->watches++] = *watch;
	return 0;
}

int lesson_watch(struct lesson *lesson, char *line)
{
	struct lesson_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	char *arg = strrchr(line, ' ');
	int err;

	if (!watch)
		return -ENOMEM;
	err = -EINVAL;
	if (!arg || arg[1] != 'a' || arg[2] < '0' || arg[2] > '5' || arg[3])
		goto free_watch;
	*arg = '\0';
	watch->arg = arg[2] - '0';
	err = words_parse_call(line, &watch->abi, &watch->nr);
	if (err)
		goto free_watch;
	spin_lock(&lesson->lock);
	err = add_watch(lesson, watch);
	spin_unlock(&lesson->lock);
free_watch:
	kfree(watch);
	return err;
}

static void note_value(struct lesson_watch *watch, u64 value)
{
	unsigned int i;

	if (watch->count > LESSON_VALUES)
		return;
	for (i = 0; i < watch->count; i++)
		if (watch->value[i] == value)
			return;
	if (watch->count < LESSON_VALUES)
		watch->value[watch->count] = value;
	watch->count++;
}

void lesson_take(struct lesson *lesson, const struct verdict_call *call)
{
	unsigned int index = verdicts_first(call->abi) + call->nr;
	struct lesson_watch *watch;

	if (!test_bit(index, lesson->made))
		set_bit(index, lesson->made);
	if (!READ_ONCE(lesson->watches))
		return;
	spin_lock(&lesson->lock);
	watch = find_watch(lesson, call->abi, call->nr);
	if (watch)
		note_value(watch, call->arg[watch->arg]);
	spin_unlock(&lesson->lock);
}

bool lesson_line(struct lesson *lesson, enum verdict_abi abi, unsigned int nr,
		 unsigned int which, char *line, size_t size)
{
	const struct lesson_watch *watch;
	bool there = !which;

	if (!test_bit(verdicts_first(abi) + nr, lesson->made))
		return false;
	spin_lock(&lesson->lock);
	watch = find_watch(lesson, abi, nr);
	/* Made before it was watched, and never since: nothing is known. */
	if (!watch || !watch->count || watch->count > LESSON_VALUES) {
		snprintf(line, size, "%s %u", words_abi(abi), nr);
	} else {
		there = which < watch->count;
		if (there)
			snprintf(line, size, "%s %u a%u 0x%llx", words_abi(abi),
				 nr, watch->arg, watch->value[which]);
	}
	spin_unlock(&lesson->lock);
	return there;
}
