// SPDX-License-Identifier: GPL-2.0
/*
 * A runtime that is another runtime: it puts the hooks into the bundle of a
 * container that is to be made, and leaves everything to the real one. For
 * engines that know no hooks of their own (Docker, containerd).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "vkctl.h"

struct wrapper {
	const char *runtime;
	const char *profile;
	const char *fallback;
	bool fixed;
	/* This very program. */
	char *self;
};

/* --- The hooks ------------------------------------------------------------ */

static bool is_vkctl(const struct json *word)
{
	const char *slash;

	if (!word || word->type != JSON_STRING)
		return false;
	slash = strrchr(word->text, '/');
	return !strcmp(slash ? slash + 1 : word->text, "vkctl");
}

/* A hook that hangs is a container that does not start. */
#define HOOK_SECONDS "60"

/* The hook takes it, and it tells it nothing: it is to be found again. */
#define OURS "--injected"

static void add_word(struct json *list, const char *word)
{
	json_append(list, json_new(JSON_STRING, word));
}

static struct json *make_hook(const struct wrapper *wrapper, const char *stage)
{
	struct json *hook = json_new(JSON_OBJECT, NULL), *args;

	json_put(hook, "path", json_new(JSON_STRING, wrapper->self));
	args = json_put(hook, "args", json_new(JSON_ARRAY, NULL));
	add_word(args, "vkctl");
	add_word(args, "oci-hook");
	add_word(args, OURS);
	if (wrapper->profile) {
		add_word(args, "--profile");
		add_word(args, wrapper->profile);
	}
	if (wrapper->fallback) {
		add_word(args, "--default-profile");
		add_word(args, wrapper->fallback);
	}
	if (wrapper->fixed)
		add_word(args, "--fixed");
	add_word(args, stage);
	json_put(hook, "timeout", json_new(JSON_NUMBER, HOOK_SECONDS));
	return hook;
}

/* The word "oci-hook" of a hook of vkctl's, whoever put it there; or NULL. */
static const struct json *hook_word(const struct json *hook)
{
	const struct json *path = json_get(hook, "path");
	const struct json *args = json_get(hook, "args"), *word = NULL;

	if (args && args->type == JSON_ARRAY && args->first)
		word = args->first->next;
	if (!json_is(word, "oci-hook"))
		return NULL;
	return is_vkctl(path) || is_vkctl(args->first) ? word : NULL;
}

/* Of an earlier turn, or of an engine that restarts a container. */
static bool is_ours(const struct json *hook)
{
	const struct json *word = hook_word(hook);

	return word && json_is(word->next, OURS);
}

static void remove_ours(struct json *list)
{
	struct json *hook, *next;

	for (hook = list->first; hook; hook = next) {
		next = hook->next;
		if (is_ours(hook))
			json_remove(list, hook);
	}
}

/*
 * Of an operator's own, by hooks.d or by hand: of two profiles one would not
 * count, and neither which one nor that there are two would be seen.
 */
static int check_stage(const struct document *doc, const struct json *list)
{
	const struct json *hook;

	json_for_each(hook, list)
	{
		if (hook_word(hook) && !is_ours(hook))
			return document_fault(
				doc, hook->at,
				"the bundle has a hook of vkctl's already that is not this wrapper's: leave out one of the two");
	}
	return 0;
}

static int check_hooks(const struct document *doc, const struct json *hooks)
{
	const struct json *list;

	json_for_each(list, hooks)
	{
		if (check_stage(doc, list))
			return -1;
	}
	return 0;
}

static int add_hook(const struct wrapper *wrapper, const struct document *doc,
		    struct json *hooks, const char *stage)
{
	struct json *list = json_get(hooks, stage);

	if (!list)
		list = json_put(hooks, stage, json_new(JSON_ARRAY, NULL));
	if (json_expect(doc, list, JSON_ARRAY, stage))
		return -1;
	remove_ours(list);
	json_append(list, make_hook(wrapper, stage));
	return 0;
}

static int add_hooks(const struct wrapper *wrapper, const struct document *doc)
{
	struct json *hooks;

	if (json_expect(doc, doc->root, JSON_OBJECT, "a bundle's config.json"))
		return -1;
	hooks = json_get(doc->root, "hooks");
	if (!hooks)
		hooks = json_put(doc->root, "hooks",
				 json_new(JSON_OBJECT, NULL));
	if (json_expect(doc, hooks, JSON_OBJECT, "hooks") ||
	    check_hooks(doc, hooks))
		return -1;
	return add_hook(wrapper, doc, hooks, "createRuntime") ||
	       add_hook(wrapper, doc, hooks, "poststop");
}

static int prepare_bundle(const struct wrapper *wrapper, const char *path)
{
	struct document doc;
	int err;

	if (document_read(&doc, path))
		return -1;
	err = add_hooks(wrapper, &doc);
	if (!err)
		err = document_write(&doc, path);
	document_free(&doc);
	return err;
}

/* --- The command line ----------------------------------------------------- */

/* Options of runc and crun in front of the verb, without their dashes. */
static const char *const valued[] = {
	"cgroup-manager", "criu", "log",      "log-format",
	"log-level",	  "root", "rootless", NULL,
};
static const char *const flags[] = { "debug", "systemd-cgroup", NULL };
/* Behind these no verb counts. */
static const char *const ends[] = {
	"help", "version", "h", "v", "V", "?", NULL,
};

/* What they can be told to do that makes no container. */
static const char *const harmless[] = {
	"checkpoint", "delete", "events", "exec",   "features", "help",
	"kill",	      "list",	"mounts", "pause",  "ps",	"resume",
	"spec",	      "start",	"state",  "update", "h",	NULL,
};

static bool is_among(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

/* Without its dashes; runc takes one for two. */
static const char *bare(const char *word)
{
	return word + 1 + (word[1] == '-');
}

/*
 * How many words an option in front of the verb takes; 0: that is not known.
 * What it says in one word is nothing to us.
 */
static int option_words(const char *word)
{
	const char *name = bare(word);

	if (strchr(name, '=') || is_among(flags, name))
		return 1;
	return is_among(valued, name) ? 2 : 0;
}

/*
 * The runtime's verb: the first word that is no option nor its value, or the
 * end. NULL when it has said that this cannot be told: a container whose making
 * was overlooked would have no vkernel.
 */
static char **find_verb(char **words)
{
	static char *none;
	int count;

	for (; *words && **words == '-'; words += count) {
		if (!strcmp(*words, "--"))
			return words + 1;
		if (is_among(ends, bare(*words)))
			return &none;
		count = option_words(*words);
		if (!count) {
			fault("%s: not known here, so neither is which verb follows; if it has a value, %s=VALUE is clear",
			      *words, *words);
			return NULL;
		}
		if (count == 2 && !words[1])
			return words + 1;
	}
	return words;
}

/* The runtime would take it for --bundle or --config, and we would not. */
static bool is_shortened(const char *word)
{
	size_t length;

	if (!strncmp(word, "-bundle", 7) || !strncmp(word, "-config", 7))
		return true;
	if (strncmp(word, "--", 2))
		return false;
	length = strcspn(word + 2, "=");
	return length && length < 6 &&
	       (!strncmp(word + 2, "bundle", length) ||
		!strncmp(word + 2, "config", length));
}

/* "-db": the runtime would take it for -d and -b, and we would not. */
static bool is_cluster(const char *word)
{
	return word[0] == '-' && word[1] && !strchr("-bf", word[1]) &&
	       strpbrk(word + 2, "bf");
}

static int check_options(char **words)
{
	for (; *words; words++) {
		if (is_shortened(*words))
			return fault("%s: say --bundle or --config in full",
				     *words);
		if (is_cluster(*words))
			return fault(
				"%s: perhaps several options in one word, -b or -f among them: say each by itself, or with two dashes",
				*words);
	}
	return 0;
}

/* Value of an option, "--name VALUE", "--name=VALUE", "-n VALUE"; the last. */
static const char *find_value(char **words, const char *name,
			      const char *letter)
{
	size_t length = strlen(name);
	const char *value = NULL;

	for (; *words; words++) {
		if ((!strcmp(*words, name) || !strcmp(*words, letter)) &&
		    words[1])
			value = *++words;
		else if (!strncmp(*words, name, length) &&
			 (*words)[length] == '=')
			value = *words + length + 1;
		else if (!strncmp(*words, letter, 2) && (*words)[2])
			value = *words + 2 + ((*words)[2] == '=');
	}
	return value;
}

/*
 * crun can be told another file, which is in its own working directory then,
 * and which the hook would not know. NULL: it was told.
 */
static char *config_path(char **words)
{
	const char *bundle = find_value(words, "--bundle", "-b") ?: ".";
	const char *config = find_value(words, "--config", "-f");

	if (!config || !strcmp(config, "config.json"))
		return text("%s/config.json", bundle);
	fault("--config %s: only the bundle's own config.json can be given a vkernel",
	      config);
	return NULL;
}

static int prepare(const struct wrapper *wrapper, char **words)
{
	char **verb = find_verb(words);
	char *path;
	int err;

	if (!verb)
		return -1;
	if (!*verb || is_among(harmless, *verb))
		return 0;
	if (!strcmp(*verb, "restore"))
		return fault(
			"restore: programs that come back call no execve, so that no vkernel would hold them; restore it without this wrapper, and vkctl create --adopt");
	if (strcmp(*verb, "create") && strcmp(*verb, "run"))
		return fault(
			"%s: not known here, and perhaps it makes containers, which would have no vkernel",
			*verb);
	if (check_options(verb + 1))
		return -1;
	path = config_path(verb + 1);
	err = path ? prepare_bundle(wrapper, path) : -1;
	free(path);
	return err;
}

/* What is ours comes first. */
static const struct {
	const char *name;
	size_t at;
} own_options[] = {
	{ "--vkernel-default-profile=", offsetof(struct wrapper, fallback) },
	{ "--vkernel-profile=", offsetof(struct wrapper, profile) },
	{ "--vkernel-runtime=", offsetof(struct wrapper, runtime) },
	{ NULL },
};

/* 0: it is not ours. */
static int parse_option(struct wrapper *wrapper, const char *word)
{
	const char **value;
	size_t i, length;

	if (!strcmp(word, "--vkernel-fixed")) {
		wrapper->fixed = true;
		return 1;
	}
	for (i = 0; own_options[i].name; i++) {
		length = strlen(own_options[i].name);
		if (strncmp(word, own_options[i].name, length))
			continue;
		value = (const char **)((char *)wrapper + own_options[i].at);
		*value = word + length;
		return **value ? 1 : -1;
	}
	return strncmp(word, "--vkernel-", 10) ? 0 : -1;
}

static char **parse_options(struct wrapper *wrapper, char **words)
{
	int ours;

	for (; *words; words++) {
		ours = parse_option(wrapper, *words);
		if (!ours)
			return words;
		if (ours < 0) {
			usage(&verb_runtime, "no option %s", *words);
			return NULL;
		}
	}
	return words;
}

/* --- The real one --------------------------------------------------------- */

static const char *const runtimes[] = { "runc", "crun", NULL };

static char *find_self(void)
{
	return realpath("/proc/self/exe", NULL);
}

/* @words has room for the name in front. Comes back only if it fails. */
static void become(const struct wrapper *wrapper, char **words)
{
	const char *const *name;

	if (wrapper->runtime) {
		words[-1] = (char *)wrapper->runtime;
		execvp(wrapper->runtime, words - 1);
		fault("%s: %s", wrapper->runtime, strerror(errno));
		return;
	}
	for (name = runtimes; *name; name++) {
		words[-1] = (char *)*name;
		execvp(*name, words - 1);
		if (errno != ENOENT) {
			fault("%s: %s", *name, strerror(errno));
			return;
		}
	}
	fault("there is neither runc nor crun; --vkernel-runtime= says what there is");
}

static int run(int argc, char **argv)
{
	struct wrapper wrapper = { 0 };
	char **words;

	(void)argc;
	words = parse_options(&wrapper, argv + 1);
	if (!words)
		return EXIT_USAGE;
	wrapper.self = find_self();
	if (!wrapper.self)
		fault("/proc/self/exe: %s", strerror(errno));
	else if (!prepare(&wrapper, words))
		become(&wrapper, words);
	free(wrapper.self);
	return EXIT_FAILED;
}

const struct verb verb_runtime = {
	.name = "runtime",
	.arguments =
		"[--vkernel-runtime=RUNTIME] [--vkernel-profile=PROFILE] [--vkernel-default-profile=PROFILE] [--vkernel-fixed] [argument of the runtime]...",
	.summary = "Be a container runtime that gives containers a vkernel",
	.run = run,
};
