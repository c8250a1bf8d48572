// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "buffer.h"
#include "instance.h"
#include "objects.h"
#include "profile.h"

struct compile {
	const struct document *doc;
	const struct container *container;
	struct settings *settings;
	struct uring *uring;
};

/* Settings that follow come from here. */
static void place(const struct compile *compile, const struct json *value)
{
	document_locate(compile->doc, value->at, &compile->settings->line,
			&compile->settings->column);
}

/* --- The plugin "syscall" ------------------------------------------------- */

static const char *const native_keys[] = { "names", "action", "errnoRet",
					   "abis",  "args",   "comment",
					   NULL };

static const char *const operator_words[] = {
	[SCMP_CMP_NE] = "!=", [SCMP_CMP_LT] = "<",  [SCMP_CMP_LE] = "<=",
	[SCMP_CMP_EQ] = "==", [SCMP_CMP_GE] = ">=", [SCMP_CMP_GT] = ">",
};

/* One rule for some calls, as the plugin wants to hear it. */
struct native {
	char *verdict;
	bool abis[ABIS];
	struct seccomp_condition conditions[SECCOMP_CONDITIONS];
	int count;
};

static char *native_verdict(const struct compile *compile,
			    const struct json *value, uint64_t error)
{
	const char *word = json_string(compile->doc, value, "a verdict");
	char *verdict;

	if (!word)
		return NULL;
	if (!strncmp(word, "SCMP_ACT_", 9))
		return seccomp_action(compile->doc, value, error);
	verdict = verdict_find(word);
	if (!verdict)
		document_fault(compile->doc, value->at, "no verdict \"%s\"",
			       document_word(compile->doc, word));
	return verdict;
}

/*
 * Of an argument with 32 bits that would be always so, or never: hardly what
 * was meant. Equality is another matter: -1 is written with 64.
 */
static int native_fits(const struct compile *compile, const struct json *args,
		       const struct native *native)
{
	const struct seccomp_condition *condition;
	char number[32];
	int i;

	if (!native->abis[ABI_IA32] && !native->abis[ABI_X32])
		return 0;
	for (i = 0; i < native->count; i++) {
		condition = &native->conditions[i];
		if (condition->value > UINT32_MAX &&
		    condition->op != SCMP_CMP_EQ &&
		    condition->op != SCMP_CMP_NE &&
		    condition->op != SCMP_CMP_MASKED_EQ) {
			snprintf(number, sizeof(number), "%#llx",
				 (unsigned long long)condition->value);
			return document_fault(
				compile->doc, args->at,
				"no argument of ia32 or x32 is compared with %s: \"abis\": [\"x64\"]",
				document_word(compile->doc, number));
		}
	}
	return 0;
}

static int native_action(const struct compile *compile, const struct json *rule,
			 struct native *native)
{
	const struct json *action = json_get(rule, "action");
	const struct json *error = json_get(rule, "errnoRet");
	uint64_t number = EPERM;

	if (!action)
		return document_fault(compile->doc, rule->at,
				      "a rule without \"action\"");
	if (error && !json_is(action, "SCMP_ACT_ERRNO"))
		return document_fault(
			compile->doc, error->at,
			"\"errnoRet\" goes with SCMP_ACT_ERRNO only");
	if (error &&
	    json_number(compile->doc, error, "errnoRet", MAX_ERRNO, &number))
		return -1;
	native->verdict = native_verdict(compile, action, number);
	return native->verdict ? 0 : -1;
}

static int native_abis(const struct compile *compile, const struct json *list,
		       struct native *native)
{
	const struct json *item;
	const char *name;
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++)
		native->abis[abi] = !list;
	if (!list)
		return 0;
	if (json_expect(compile->doc, list, JSON_ARRAY, "abis"))
		return -1;
	json_for_each(item, list)
	{
		name = json_string(compile->doc, item, "an ABI");
		if (!name)
			return -1;
		abi = abi_find(name);
		if (abi == ABIS)
			return document_fault(
				compile->doc, item->at,
				"no ABI \"%s\": there are x64, ia32 and x32",
				document_word(compile->doc, name));
		native->abis[abi] = true;
	}
	return 0;
}

static void print_condition(FILE *file, enum abi abi,
			    const struct seccomp_condition *condition)
{
	/* The bits that an argument does not have are not asked for. */
	uint64_t all = abi == ABI_X64 ? UINT64_MAX : UINT32_MAX;
	unsigned long long value = condition->value & all;

	if (condition->op == SCMP_CMP_MASKED_EQ)
		fprintf(file, " a%u&%#llx==%#llx", condition->argument, value,
			(unsigned long long)(condition->value_two & value));
	else
		fprintf(file, " a%u%s%#llx", condition->argument,
			operator_words[condition->op], value);
}

static void put_native(const struct compile *compile, enum abi abi,
		       unsigned int number, const struct native *native,
		       int first, int count)
{
	char *conditions = NULL;
	size_t size;
	FILE *file = need(open_memstream(&conditions, &size));
	int i;

	for (i = first; i < first + count; i++)
		print_condition(file, abi, &native->conditions[i]);
	fclose(file);
	settings_add(compile->settings, "syscall", "rules_add", "%s %u %s%s",
		     abi_name(abi), number, native->verdict,
		     (char *)need(conditions));
	uring_note(compile->uring, abi, number, native->verdict);
	free(conditions);
}

static void put_native_call(const struct compile *compile, enum abi abi,
			    unsigned int number, const struct native *native)
{
	int i;

	if (!seccomp_alternatives(native->conditions, native->count)) {
		put_native(compile, abi, number, native, 0, native->count);
		return;
	}
	for (i = 0; i < native->count; i++)
		put_native(compile, abi, number, native, i, 1);
}

/* A number stands for itself: libseccomp may be older than the kernel. */
static int native_number(const struct compile *compile, const struct json *name)
{
	uint64_t number;

	if (json_number(compile->doc, name, "the number of a call",
			SYSCALL_NUMBERS - 1, &number))
		return -1;
	return number;
}

static int native_name(const struct compile *compile, const struct json *name,
		       const struct native *native)
{
	bool found = false;
	int number = -1;
	enum abi abi;

	if (name->type == JSON_NUMBER) {
		number = native_number(compile, name);
		if (number < 0)
			return -1;
	} else if (!json_string(compile->doc, name, "the name of a call")) {
		return -1;
	}
	for (abi = 0; abi < ABIS; abi++) {
		if (!native->abis[abi])
			continue;
		if (name->type == JSON_STRING)
			number = syscall_number(abi, name->text);
		if (number < 0)
			continue;
		found = true;
		put_native_call(compile, abi, number, native);
	}
	if (found)
		return 0;
	return document_fault(compile->doc, name->at,
			      "libseccomp knows no call \"%s\" of these ABIs",
			      document_word(compile->doc, name->text));
}

static int native_names(const struct compile *compile, const struct json *rule,
			const struct native *native)
{
	const struct json *names = json_get(rule, "names");
	const struct json *name;

	if (!names)
		return document_fault(compile->doc, rule->at,
				      "a rule without \"names\"");
	if (json_expect(compile->doc, names, JSON_ARRAY, "names"))
		return -1;
	json_for_each(name, names)
	{
		if (native_name(compile, name, native))
			return -1;
	}
	return 0;
}

static int native_rule(const struct compile *compile, const struct json *rule)
{
	struct native native = { 0 };
	int err;

	if (json_keys(compile->doc, rule, "a rule", native_keys))
		return -1;
	place(compile, rule);
	native.count = seccomp_conditions(compile->doc, json_get(rule, "args"),
					  native.conditions);
	err = native.count < 0 ||
	      native_abis(compile, json_get(rule, "abis"), &native) ||
	      native_fits(compile, json_get(rule, "args"), &native) ||
	      native_action(compile, rule, &native) ||
	      native_names(compile, rule, &native);
	free(native.verdict);
	return err ? -1 : 0;
}

static int native_default(const struct compile *compile,
			  const struct json *value)
{
	char *verdict = native_verdict(compile, value, EPERM);
	enum abi abi;
	int err = 0;

	if (!verdict)
		return -1;
	if (!strcmp(verdict, "default"))
		err = document_fault(compile->doc, value->at,
				     "the default cannot be the default");
	settings_add(compile->settings, "syscall", "default", "%s", verdict);
	for (abi = 0; abi < ABIS; abi++)
		compile->uring->fallback[abi] = uring_fate(verdict);
	free(verdict);
	return err;
}

static int native_rules(const struct compile *compile,
			const struct json *section)
{
	const struct json *fallback = json_get(section, "default");
	const struct json *rules = json_get(section, "rules");
	const struct json *rule;
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++)
		compile->uring->fallback[abi] = ALLOWED;
	if (fallback && native_default(compile, fallback))
		return -1;
	if (!rules)
		return 0;
	if (json_expect(compile->doc, rules, JSON_ARRAY, "rules"))
		return -1;
	json_for_each(rule, rules)
	{
		if (native_rule(compile, rule))
			return -1;
	}
	return 0;
}

static int seccomp_rules(const struct compile *compile,
			 const struct json *section, const struct json *profile)
{
	if (json_get(section, "default") || json_get(section, "rules"))
		return document_fault(
			compile->doc, profile->at,
			"\"seccomp\" goes with neither \"default\" nor \"rules\"");
	return seccomp_compile(compile->doc, profile, compile->container,
			       compile->settings, compile->uring);
}

/* 1: leave io_uring as the rules have it. */
static int uring_choice(const struct compile *compile,
			const struct json *section)
{
	const struct json *value = json_get(section, "io_uring");

	if (!value || json_is(value, "auto"))
		return 0;
	if (json_is(value, "as-ruled"))
		return 1;
	return document_fault(compile->doc, value->at,
			      "io_uring is \"auto\" or \"as-ruled\"");
}

static int compile_syscall(const struct compile *compile,
			   const struct json *section)
{
	const struct json *seccomp = json_get(section, "seccomp");
	const struct json *objects = json_get(section, "objects");
	int choice = uring_choice(compile, section);
	int err;

	if (choice < 0)
		return -1;
	err = seccomp ? seccomp_rules(compile, section, seccomp) :
			native_rules(compile, section);
	if (err || (objects &&
		    objects_compile(compile->doc, objects, compile->settings)))
		return -1;
	compile->settings->line = 0;
	if (choice)
		uring_leave(compile->uring, compile->settings);
	else
		uring_close(compile->uring, compile->settings);
	return 0;
}

/* --- Sections ------------------------------------------------------------- */

/*
 * A key of a section. One that is @whole is left to compile_syscall(); any
 * other names a file of the plugin, and its value is what goes there.
 *
 * Without a pointer in it: the pages of those are written to when the program
 * begins, which a container waits for. "" is none, or the end.
 */
struct key {
	char name[24];
	enum json_type type;
	bool whole;
	/* What it is if a profile does not say. */
	char fallback[8];
	/* Of a number. */
	uint64_t most;
	/* Of a string, if there are only some. */
	char words[7][14];
};

#define MAX_KEYS 12

/* With five levels of page tables; others have less, and the kernel says so. */
#define MAX_ADDRESS ((1ull << 56) - 4097)

static const struct section {
	char name[16];
	/* By compile_syscall(), too. */
	bool whole;
	struct key keys[MAX_KEYS];
} sections[] = {
	{
		.name = "log",
		.keys = {
			{ "dmesg_restrict", JSON_BOOL, .fallback = "1" },
			{ "mode", JSON_STRING, .fallback = "own",
			  .words = { "own", "all" } },
			{ "quota", JSON_NUMBER, .fallback = "16384",
			  .most = UINT32_MAX },
			{ "quota_rate", JSON_NUMBER, .fallback = "256",
			  .most = UINT32_MAX },
		},
	},
	{
		.name = "mm",
		.keys = {
			{ "overcommit_memory", JSON_STRING,
			  .fallback = "inherit",
			  .words = { "inherit", "0", "1", "2" } },
			{ "overcommit_ratio", JSON_NUMBER, .fallback = "50",
			  .most = INT32_MAX },
			{ "overcommit_kbytes", JSON_NUMBER, .fallback = "0",
			  .most = UINT64_MAX },
			{ "max_map_count", JSON_NUMBER, .fallback = "0",
			  .most = INT32_MAX },
			{ "mmap_min_addr", JSON_NUMBER, .fallback = "0",
			  .most = MAX_ADDRESS },
			{ "thp_defrag", JSON_STRING, .fallback = "inherit",
			  .words = { "inherit", "always", "defer",
				     "defer+madvise", "madvise", "never" } },
			{ "thp_enabled", JSON_STRING, .fallback = "inherit",
			  .words = { "inherit", "always", "madvise",
				     "never" } },
			{ "thp_sizes", JSON_STRING, .fallback = "inherit" },
			{ "writable", JSON_BOOL, .fallback = "0" },
		},
	},
	{
		.name = "sched",
		.keys = {
			{ "real_policy", JSON_STRING,
			  .words = { "normal", "fifo", "adaptive" } },
		},
	},
	{
		.name = "sched_params",
		.keys = {
			{ "base_slice_ns", JSON_NUMBER, .fallback = "inherit",
			  .most = 100000000 },
			{ "child_runs_first", JSON_NUMBER,
			  .fallback = "inherit", .most = 1 },
			{ "latency_ns", JSON_NUMBER, .fallback = "inherit",
			  .most = 100000000 },
			{ "min_granularity_ns", JSON_NUMBER,
			  .fallback = "inherit", .most = 100000000 },
			{ "wakeup_granularity_ns", JSON_NUMBER,
			  .fallback = "inherit", .most = 1000000000 },
			{ "writable", JSON_BOOL, .fallback = "0" },
		},
	},
	{
		.name = "syscall",
		.keys = {
			{ "default", JSON_STRING, true },
			{ "io_uring", JSON_STRING, true },
			{ "objects", JSON_ARRAY, true },
			{ "rules", JSON_ARRAY, true },
			{ "seccomp", JSON_OBJECT, true },
		},
		.whole = true,
	},
	{ "" },
};

static const struct key *find_key(const struct section *section,
				  const char *name)
{
	const struct key *key;

	for (key = section->keys; *key->name; key++)
		if (!strcmp(key->name, name))
			return key;
	return NULL;
}

static const struct section *find_section(const char *name)
{
	const struct section *section;

	for (section = sections; *section->name; section++)
		if (!strcmp(section->name, name))
			return section;
	return NULL;
}

const char *profile_default(const char *plugin, const char *file)
{
	const struct section *section = find_section(plugin);
	const struct key *key = section ? find_key(section, file) : NULL;

	return key && *key->fallback ? key->fallback : NULL;
}

static int check_word(const struct compile *compile, const struct key *key,
		      const struct json *value)
{
	const char(*word)[sizeof(*key->words)] = key->words;
	struct buffer known = { NULL };
	int err = 0;

	for (; **word && !json_is(value, *word); word++)
		buffer_add(&known, word == key->words ? "" : ", ", *word, NULL);
	if (!**word && word != key->words)
		err = document_fault(compile->doc, value->at,
				     "%s is one of %s, not \"%s\"", key->name,
				     known.bytes,
				     document_word(compile->doc, value->text));
	free(known.bytes);
	return err;
}

static int check_value(const struct compile *compile, const struct key *key,
		       const struct json *value)
{
	uint64_t number;

	if (value->type == JSON_NUMBER)
		return json_number(compile->doc, value, key->name, key->most,
				   &number);
	return value->type == JSON_STRING ? check_word(compile, key, value) : 0;
}

/* One write takes one line; so does one line of the cache. */
static int check_line(const struct compile *compile, const struct key *key,
		      const struct json *value, const char *word)
{
	size_t i;

	for (i = 0; word[i]; i++)
		if (iscntrl((unsigned char)word[i]))
			return document_fault(
				compile->doc, value->at,
				"%s has a control character in it", key->name);
	if (i > INSTANCE_VALUE)
		return document_fault(compile->doc, value->at,
				      "%s is longer than %d bytes", key->name,
				      INSTANCE_VALUE);
	return 0;
}

/* The plugin's file is the last judge of what a value means. */
static int compile_value(const struct compile *compile,
			 const struct section *section, const struct key *key,
			 const struct json *value)
{
	const char *word = value->text;

	place(compile, value);
	if (value->type == JSON_BOOL)
		word = value->truth ? "1" : "0";
	else if (value->type == JSON_STRING)
		word = json_string(compile->doc, value, key->name);
	if (!word)
		return -1;
	if (check_value(compile, key, value) ||
	    check_line(compile, key, value, word))
		return -1;
	settings_add(compile->settings, section->name, key->name, "%s", word);
	return 0;
}

static int compile_key(const struct compile *compile,
		       const struct section *section, const struct json *object,
		       const struct json *value)
{
	const struct key *key = find_key(section, value->key);

	if (!key)
		return document_fault(compile->doc, value->key_at,
				      "section \"%s\" has no key \"%s\"",
				      section->name,
				      document_word(compile->doc, value->key));
	if (json_get(object, value->key) != value)
		return document_fault(compile->doc, value->key_at,
				      value->type == JSON_NULL ?
					      "key \"%s\" is null" :
					      "key \"%s\" is there twice",
				      value->key);
	if (json_expect(compile->doc, value, key->type, key->name))
		return -1;
	return key->whole ? 0 : compile_value(compile, section, key, value);
}

static int compile_section(const struct compile *compile,
			   const struct json *root, const struct json *object)
{
	const struct section *section = find_section(object->key);
	const struct json *value;

	if (!section)
		return document_fault(compile->doc, object->key_at,
				      "a profile has no section \"%s\"",
				      document_word(compile->doc, object->key));
	if (json_expect(compile->doc, object, JSON_OBJECT, section->name))
		return -1;
	if (json_get(root, object->key) != object)
		return document_fault(compile->doc, object->key_at,
				      "section \"%s\" is there twice",
				      object->key);
	place(compile, object);
	settings_add(compile->settings, section->name, NULL, "%s", "");
	json_for_each(value, object)
	{
		if (compile_key(compile, section, object, value))
			return -1;
	}
	place(compile, object);
	return section->whole ? compile_syscall(compile, object) : 0;
}

/* Behind everything else: as long as nothing is in force all can be undone. */
static void compile_commit(const struct compile *compile)
{
	compile->settings->line = 0;
	settings_add(compile->settings, "syscall", "commit", "1");
}

static int compile_sections(const struct compile *compile)
{
	const struct json *root = compile->doc->root;
	const struct json *object;

	json_for_each(object, root)
	{
		if (compile_section(compile, root, object))
			return -1;
	}
	if (json_get(root, "syscall"))
		compile_commit(compile);
	return 0;
}

/* A seccomp profile is a profile with that section, and no other. */
static int compile_seccomp(const struct compile *compile,
			   const struct json *profile)
{
	place(compile, profile);
	settings_add(compile->settings, "syscall", NULL, "%s", "");
	if (seccomp_compile(compile->doc, profile, compile->container,
			    compile->settings, compile->uring))
		return -1;
	compile->settings->line = 0;
	uring_close(compile->uring, compile->settings);
	compile_commit(compile);
	return 0;
}

static int compile_any(const struct compile *compile)
{
	const struct json *root = compile->doc->root;
	const struct json *seccomp;

	if (json_expect(compile->doc, root, JSON_OBJECT, "a profile"))
		return -1;
	if (json_get(root, "defaultAction"))
		return compile_seccomp(compile, root);
	if (!json_get(root, "ociVersion"))
		return compile_sections(compile);
	seccomp = json_get(json_get(root, "linux"), "seccomp");
	if (!seccomp)
		return document_fault(compile->doc, root->at,
				      "this bundle has no seccomp profile");
	return compile_seccomp(compile, seccomp);
}

int profile_compile(const struct document *doc,
		    const struct container *container,
		    struct settings *settings)
{
	struct uring *uring = need(calloc(1, sizeof(*uring)));
	struct compile compile = {
		.doc = doc,
		.container = container,
		.settings = settings,
		.uring = uring,
	};
	int err;

	memset(settings, 0, sizeof(*settings));
	settings->source = text("%s", doc->name);
	settings->secret = doc->secret;
	err = compile_any(&compile);
	if (err)
		settings_free(settings);
	else
		settings_fold(settings);
	free(uring);
	return err;
}

char *profile_path(const char *name)
{
	size_t length = strlen(name);

	if (strchr(name, '/') || !strcmp(name, "-") ||
	    (length > 5 && !strcmp(name + length - 5, ".json")))
		return joined(name, NULL);
	return joined(PROFILE_FOLDER "/", name, ".json", NULL);
}

int profile_load(const char *name, const struct container *container,
		 struct settings *settings)
{
	char *path = profile_path(name);
	struct document doc;
	int err = document_read(&doc, path);

	memset(settings, 0, sizeof(*settings));
	free(path);
	if (err)
		return -1;
	err = profile_compile(&doc, container, settings);
	document_free(&doc);
	return err;
}

/* --- The container -------------------------------------------------------- */

void container_defaults(struct container *container)
{
	static struct utsname machine;

	uname(&machine);
	*container = (struct container){
		.arch = "amd64",
		.release = machine.release,
	};
}

void container_add(struct container *container, const char *name)
{
	const char *prefix = strncasecmp(name, "CAP_", 4) ? "CAP_" : "";
	char **list = container->capabilities;
	size_t count = 0;
	char *word, *c;

	if (!strcasecmp(name, "ALL")) {
		container->all_capabilities = true;
		return;
	}
	word = joined(prefix, name, NULL);
	for (c = word; *c; c++)
		*c = toupper((unsigned char)*c);
	while (list && list[count])
		count++;
	list = need(realloc(list, (count + 2) * sizeof(*list)));
	list[count] = word;
	list[count + 1] = NULL;
	container->capabilities = list;
}

int container_from_bundle(struct container *container,
			  const struct document *bundle)
{
	const struct json *process = json_get(bundle->root, "process");
	const struct json *sets = json_get(process, "capabilities");
	const struct json *list = json_get(sets, "bounding");
	const struct json *item;
	const char *name;

	if (!list)
		return 0;
	if (json_expect(bundle, list, JSON_ARRAY, "bounding"))
		return -1;
	json_for_each(item, list)
	{
		name = json_string(bundle, item, "a capability");
		if (!name)
			return -1;
		container_add(container, name);
	}
	return 0;
}

int container_add_bundle(struct container *container, const char *folder)
{
	char *path = joined(folder, "/config.json", NULL);
	struct document bundle;
	int err = document_read(&bundle, path);

	free(path);
	if (err)
		return -1;
	err = container_from_bundle(container, &bundle);
	document_free(&bundle);
	return err;
}

void container_free(struct container *container)
{
	char **item = container->capabilities;

	for (; item && *item; item++)
		free(*item);
	free(container->capabilities);
	container->capabilities = NULL;
}
