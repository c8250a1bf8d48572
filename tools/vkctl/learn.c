// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "json.h"
#include "options.h"
#include "syscall.h"

static const struct option options[] = {
	{ "arg", required_argument, NULL, 'a' },
	{ "start", no_argument, NULL, 's' },
	{ "stop", no_argument, NULL, 'e' },
	{ NULL },
};

/* What a line of `learned` says; the last two not always. */
enum {
	DOOR,
	NUMBER,
	ARGUMENT,
	VALUE,
	WORDS
};

/* --- A profile of what was learned ---------------------------------------- */

static struct json *make_name(enum abi abi, const char *number)
{
	const char *name = syscall_name(abi, strtoul(number, NULL, 10));

	return name ? json_new(JSON_STRING, name) :
		      json_new(JSON_NUMBER, number);
}

static struct json *make_rule(enum abi abi)
{
	struct json *rule = json_new(JSON_OBJECT, NULL);

	json_put(rule, "names", json_new(JSON_ARRAY, NULL));
	json_append(json_put(rule, "abis", json_new(JSON_ARRAY, NULL)),
		    json_new(JSON_STRING, abi_name(abi)));
	json_put(rule, "action", json_new(JSON_STRING, "allow"));
	return rule;
}

/* A call that was watched, with one value of its argument. */
static struct json *make_watched(enum abi abi, char *words[WORDS])
{
	struct json *rule = make_rule(abi);
	struct json *test = json_new(JSON_OBJECT, NULL);
	char *value = text("%llu", strtoull(words[VALUE], NULL, 16));

	json_append(json_get(rule, "names"), make_name(abi, words[NUMBER]));
	json_put(test, "index", json_new(JSON_NUMBER, words[ARGUMENT] + 1));
	json_put(test, "value", json_new(JSON_NUMBER, value));
	json_put(test, "op", json_new(JSON_STRING, "SCMP_CMP_EQ"));
	json_append(json_put(rule, "args", json_new(JSON_ARRAY, NULL)), test);
	free(value);
	return rule;
}

/* All calls of one ABI without conditions are one rule. */
static void add_line(struct json *rules, struct json *whole[ABIS], char *line)
{
	char *words[WORDS] = { 0 };
	enum abi abi;
	int i;

	for (i = 0; i < WORDS && line; i++)
		words[i] = strsep(&line, " ");
	if (!words[NUMBER])
		return;
	abi = abi_find(words[DOOR]);
	if (abi == ABIS)
		return;
	if (words[VALUE]) {
		json_append(rules, make_watched(abi, words));
		return;
	}
	if (!whole[abi])
		whole[abi] = json_append(rules, make_rule(abi));
	json_append(json_get(whole[abi], "names"),
		    make_name(abi, words[NUMBER]));
}

/* io_uring is among the calls if it was used, and else it is denied. */
static struct json *make_profile(char *lines)
{
	struct json *root = json_new(JSON_OBJECT, NULL), *section, *rules;
	struct json *whole[ABIS] = { 0 };
	char *line;

	section = json_put(root, "syscall", json_new(JSON_OBJECT, NULL));
	json_put(section, "default", json_new(JSON_STRING, "EPERM"));
	json_put(section, "io_uring", json_new(JSON_STRING, "as-ruled"));
	rules = json_put(section, "rules", json_new(JSON_ARRAY, NULL));
	while ((line = strsep(&lines, "\n")))
		add_line(rules, whole, line);
	return root;
}

static int print_profile(const char *name)
{
	char *lines = instance_read_full(name, "syscall", "learned");
	struct json *profile;
	int err;

	if (!lines || !*lines) {
		free(lines);
		fault("%s: nothing was learned: vkctl learn --start, and debugfs mounted",
		      name);
		return EXIT_FAILED;
	}
	profile = make_profile(lines);
	err = json_print(profile, stdout);
	json_free(profile);
	free(lines);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* --- What to learn -------------------------------------------------------- */

static int tell(const char *name, const char *what)
{
	int err = instance_write(name, "syscall", "learn", what);

	if (!err)
		return 0;
	fault("%s: %s: %s", name, what,
	      instance_reason(ACT_WRITE, "learn", err));
	return -1;
}

/* Before anything is begun: a wish that cannot be met changes nothing. */
static bool can_watch(const char *what)
{
	const char *colon = strrchr(what, ':');
	char *call = text("%.*s", colon ? (int)(colon - what) : 0, what);
	bool found = false;
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++)
		found = found || syscall_number(abi, call) >= 0;
	free(call);
	if (found && colon[1] >= '0' && colon[1] <= '5' && !colon[2])
		return true;
	fault("no \"CALL:ARGUMENT\": \"%s\"", what);
	return false;
}

/* "socket:0", by each door that has the call. */
static int watch(const char *name, const char *what)
{
	const char *colon = strrchr(what, ':');
	char *call = text("%.*s", (int)(colon - what), what), *line;
	bool failed = false;
	enum abi abi;
	int number;

	for (abi = 0; abi < ABIS; abi++) {
		number = syscall_number(abi, call);
		if (number < 0)
			continue;
		line = text("%s %d a%s", abi_name(abi), number, colon + 1);
		failed = tell(name, line) || failed;
		free(line);
	}
	free(call);
	return failed ? -1 : 0;
}

#define MAX_WATCHED 16

struct wish {
	bool start;
	bool stop;
	const char *watched[MAX_WATCHED];
	int count;
};

static int start(const char *name, const struct wish *wish)
{
	int i;

	for (i = 0; i < wish->count; i++)
		if (!can_watch(wish->watched[i]))
			return EXIT_FAILED;
	if (tell(name, "1"))
		return EXIT_FAILED;
	for (i = 0; i < wish->count; i++)
		if (watch(name, wish->watched[i])) {
			tell(name, "0");
			return EXIT_FAILED;
		}
	return EXIT_OK;
}

static int learn(const char *name, const struct wish *wish)
{
	if (wish->start)
		return start(name, wish);
	if (wish->stop && tell(name, "0"))
		return EXIT_FAILED;
	return print_profile(name);
}

static int run(int argc, char **argv)
{
	struct wish wish = { 0 };
	int option, status;

	while ((option = next_option(&verb_learn, argc, argv, "", options)) !=
	       -1) {
		if (option == 's')
			wish.start = true;
		else if (option == 'e')
			wish.stop = true;
		else if (option == 'a' && wish.count == MAX_WATCHED)
			return usage(&verb_learn, "more than 16 --arg");
		else if (option == 'a')
			wish.watched[wish.count++] = optarg;
		else
			return option_end(option);
	}
	if ((wish.start && wish.stop) || (wish.count && !wish.start))
		return usage(&verb_learn,
			     "--arg goes with --start, and not with --stop");
	status = known_name(&verb_learn, argc, argv);
	if (status != EXIT_OK)
		return status;
	return learn(argv[optind], &wish);
}

const struct verb verb_learn = {
	.name = "learn",
	.arguments = "--start [--arg CALL:ARGUMENT]... NAME | [--stop] NAME",
	.summary = "Learn what a container calls, and write a profile of it",
	.run = run,
};
