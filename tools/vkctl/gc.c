// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "claim.h"
#include "group.h"
#include "instance.h"
#include "json.h"
#include "options.h"

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "json", no_argument, NULL, 'j' },
	{ "quiet", no_argument, NULL, 'q' },
	{ NULL },
};

struct garbage {
	bool dry;
	bool quiet;
	/* Names, or NULL to print them. */
	struct json *list;
};

static int tell(const char *name, const struct garbage *garbage)
{
	if (garbage->list)
		json_append(garbage->list, json_new(JSON_STRING, name));
	else if (!garbage->quiet)
		printf("%s\n", name);
	return 0;
}

static int remove_it(const char *name, const struct garbage *garbage)
{
	int err = instance_remove(name);

	/* Somebody else was faster. */
	if (err == -ENOENT)
		return 0;
	return err ? fault("%s: %s", name,
			   instance_reason(ACT_REMOVE, NULL, err)) :
		     tell(name, garbage);
}

/*
 * Under its lock, or a hook could make another one of that name meanwhile; what
 * a hook is at is no garbage.
 */
static int collect(const char *name, const struct garbage *garbage)
{
	bool dead = instance_is(name, "dead");
	struct claim claim;
	int err;

	if (!dead && !instance_is(name, "created"))
		return 0;
	err = claim_take(&claim, name, dead && !garbage->dry ? CLAIM_NEW : 0);
	if (err == -EAGAIN)
		return 0;
	if (err && err != -ENOENT)
		return fault(RECORDS "/%s: %s", name, strerror(-err));
	/* One that was made by hand has none, nor has what has just died. */
	if (!claim_is_garbage(&claim) || (err && !garbage->dry))
		err = 0;
	else if (garbage->dry)
		err = tell(name, garbage);
	else
		err = remove_it(name, garbage);
	if (garbage->dry)
		claim_drop(&claim);
	else
		claim_end(&claim);
	return err;
}

/* Of a hook that was killed before it came to its vkernel. */
static void collect_record(const char *name)
{
	struct claim claim;

	if (instance_exists(name) || claim_take(&claim, name, 0))
		return;
	/* A container that has joined another's vkernel has only this. */
	if (group_is_kept(name))
		claim_drop(&claim);
	else
		claim_end(&claim);
}

static void collect_records(void)
{
	size_t i, count;
	char **names = claim_list(&count);

	for (i = 0; names && i < count; i++)
		collect_record(names[i]);
	name_list_free(names, count);
}

static int collect_all(const struct garbage *garbage)
{
	size_t i, count;
	char **names = instance_list(&count);
	int status = EXIT_OK;

	for (i = 0; names && i < count; i++)
		if (collect(names[i], garbage))
			status = EXIT_FAILED;
	name_list_free(names, count);
	if (!garbage->dry)
		collect_records();
	if (garbage->list && json_print(garbage->list, stdout))
		status = EXIT_FAILED;
	return status;
}

static int run(int argc, char **argv)
{
	struct garbage garbage = { .list = NULL };
	int option, status;
	bool json = false;

	while ((option = next_option(&verb_gc, argc, argv, "jnq", options)) !=
	       -1) {
		if (option == 'n')
			garbage.dry = true;
		else if (option == 'q')
			garbage.quiet = true;
		else if (option == 'j')
			json = true;
		else
			return option_end(option);
	}
	if (!no_arguments(&verb_gc, argc, argv))
		return EXIT_USAGE;
	if (instance_available() || (!garbage.dry && claim_lock()))
		return EXIT_FAILED;
	if (json)
		garbage.list = json_new(JSON_ARRAY, NULL);
	status = collect_all(&garbage);
	json_free(garbage.list);
	return status;
}

const struct verb verb_gc = {
	.name = "gc",
	.arguments = "[--dry-run] [--quiet] [--json]",
	.summary = "Remove all vkernels whose containers have ended",
	.run = run,
};
