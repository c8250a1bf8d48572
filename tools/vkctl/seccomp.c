// SPDX-License-Identifier: GPL-2.0
/*
 * What a runtime would tell libseccomp is told libseccomp here too, in the same
 * order, and the filter that comes of it is read (bpf.c). So what is decided is
 * what seccomp would decide, by its own account.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf.h"
#include "child.h"
#include "seccomp.h"

/* No rule is about this number: what a filter says of it is the default. */
#define NO_CALL (SYSCALL_NUMBERS - 1)

/*
 * libseccomp 2.5.4 can walk in circles in a tree of its own when several rules
 * of one call have conditions: two are enough. A runtime hangs in it as well.
 * The longest list that we know takes a tenth of a second.
 */
#define PATIENCE 5

/* What libseccomp is to be told: a rule for one call. */
struct told {
	const struct json *name;
	uint32_t action;
	int number;
	int count;
	struct scmp_arg_cmp list[SECCOMP_CONDITIONS];
};

struct compile {
	const struct document *doc;
	const struct container *container;
	struct settings *settings;
	struct uring *uring;
	scmp_filter_ctx filter;
	uint32_t fallback;
	struct told *told;
	size_t count;
	int fd;
};

/* --- Words ---------------------------------------------------------------- */

static const struct {
	const char *name;
	uint32_t action;
} actions[] = {
	{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW },
	{ "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0) },
	{ "SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS },
	{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD },
	{ "SCMP_ACT_LOG", SCMP_ACT_LOG },
	{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP },
	{ NULL },
};

static const struct {
	const char *name;
	enum scmp_compare op;
} operators[] = {
	{ "SCMP_CMP_NE", SCMP_CMP_NE },
	{ "SCMP_CMP_LT", SCMP_CMP_LT },
	{ "SCMP_CMP_LE", SCMP_CMP_LE },
	{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
	{ "SCMP_CMP_GE", SCMP_CMP_GE },
	{ "SCMP_CMP_GT", SCMP_CMP_GT },
	{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
	{ NULL },
};

static int find_action(const struct document *doc, const struct json *value,
		       unsigned int error, uint32_t *action)
{
	const char *name = json_string(doc, value, "an action");
	size_t i;

	if (!name)
		return -1;
	if (!strcmp(name, "SCMP_ACT_NOTIFY") || !strcmp(name, "SCMP_ACT_TRACE"))
		return document_fault(
			doc, value->at,
			"%s asks a program outside, and a vkernel asks nobody",
			name);
	for (i = 0; actions[i].name && strcmp(actions[i].name, name); i++)
		;
	if (!actions[i].name)
		return document_fault(doc, value->at, "no action \"%s\"",
				      document_word(doc, name));
	*action = actions[i].action;
	if (*action == SCMP_ACT_ERRNO(0))
		*action = SCMP_ACT_ERRNO(error);
	return 0;
}

static char *verdict_of_action(uint32_t action)
{
	uint32_t data = action & SECCOMP_RET_DATA;

	switch (action & SECCOMP_RET_ACTION_FULL) {
	case SCMP_ACT_ALLOW:
		return text("allow");
	case SCMP_ACT_LOG:
		return text("log");
	case SCMP_ACT_KILL_PROCESS:
		return text("kill_process");
	case SCMP_ACT_TRAP:
		return data ? text("trap:%u", data) : text("trap");
	case SCMP_ACT_ERRNO(0):
		/* More is cut by the kernel, too. */
		return verdict_of_errno(data < MAX_ERRNO ? data : MAX_ERRNO);
	default:
		return text("kill_thread");
	}
}

char *seccomp_action(const struct document *doc, const struct json *value,
		     unsigned int error)
{
	uint32_t action;

	if (find_action(doc, value, error, &action))
		return NULL;
	return verdict_of_action(action);
}

/* "errnoRet" is a number; Podman has "errno", a name, which it prefers. */
static int find_error(const struct document *doc, const struct json *object,
		      const char *number_key, const char *name_key,
		      unsigned int *error)
{
	const struct json *number = json_get(object, number_key);
	const struct json *name = json_get(object, name_key);
	uint64_t value = EPERM;
	int known;

	if (number && json_number(doc, number, number_key, MAX_ERRNO, &value))
		return -1;
	*error = value;
	if (!name || (name->type == JSON_STRING && !name->length))
		return 0;
	if (!json_string(doc, name, name_key))
		return -1;
	known = errno_find(name->text);
	if (known < 0)
		return document_fault(doc, name->at, "no error \"%s\"",
				      document_word(doc, name->text));
	*error = known;
	return 0;
}

/* --- Conditions ----------------------------------------------------------- */

static const char *const condition_keys[] = { "index", "value", "valueTwo",
					      "op", NULL };

static int find_operator(const struct document *doc, const struct json *arg,
			 int *op)
{
	const struct json *value = json_get(arg, "op");
	const char *name;
	size_t i;

	if (!value)
		return document_fault(doc, arg->at,
				      "a condition without \"op\"");
	name = json_string(doc, value, "op");
	if (!name)
		return -1;
	for (i = 0; operators[i].name && strcmp(operators[i].name, name); i++)
		;
	if (!operators[i].name)
		return document_fault(doc, value->at, "no comparison \"%s\"",
				      document_word(doc, name));
	*op = operators[i].op;
	return 0;
}

static int find_number(const struct document *doc, const struct json *arg,
		       const char *key, uint64_t most, uint64_t *number)
{
	const struct json *value = json_get(arg, key);

	*number = 0;
	return value ? json_number(doc, value, key, most, number) : 0;
}

static int find_condition(const struct document *doc, const struct json *arg,
			  struct seccomp_condition *condition)
{
	uint64_t index;

	if (json_keys(doc, arg, "a condition", condition_keys))
		return -1;
	if (!json_get(arg, "index"))
		return document_fault(doc, arg->at,
				      "a condition without \"index\"");
	if (find_number(doc, arg, "index", BPF_ARGUMENTS - 1, &index) ||
	    find_number(doc, arg, "value", UINT64_MAX, &condition->value) ||
	    find_number(doc, arg, "valueTwo", UINT64_MAX,
			&condition->value_two))
		return -1;
	condition->argument = index;
	return find_operator(doc, arg, &condition->op);
}

int seccomp_conditions(const struct document *doc, const struct json *args,
		       struct seccomp_condition *list)
{
	const struct json *arg;
	int count = 0;

	if (!args)
		return 0;
	if (json_expect(doc, args, JSON_ARRAY, "args"))
		return -1;
	json_for_each(arg, args)
	{
		if (count == SECCOMP_CONDITIONS)
			return document_fault(doc, arg->at,
					      "more than %d conditions", count);
		if (find_condition(doc, arg, &list[count++]))
			return -1;
	}
	return count;
}

bool seccomp_alternatives(const struct seccomp_condition *list, int count)
{
	unsigned int seen = 0;
	int i;

	for (i = 0; i < count; i++) {
		if (seen & 1u << list[i].argument)
			return true;
		seen |= 1u << list[i].argument;
	}
	return false;
}

/* --- Is a rule for this container? ---------------------------------------- */

static const char *const filter_keys[] = { "caps", "arches", "minKernel",
					   NULL };

static bool has_capability(const struct container *container, const char *name)
{
	char **capability = container->capabilities;

	if (container->all_capabilities)
		return true;
	for (; capability && *capability; capability++)
		if (!strcmp(*capability, name))
			return true;
	return false;
}

static bool is_arch(const struct container *container, const char *name)
{
	return !strcmp(container->arch, name);
}

typedef bool (*holds_fn)(const struct container *container, const char *name);

/* How many of a list hold, and are there others? -1: what is wrong is said. */
static int count_held(const struct compile *compile, const struct json *list,
		      const char *what, holds_fn holds, int *others)
{
	const struct json *item;
	const char *name;
	int held = 0;

	*others = 0;
	if (!list)
		return 0;
	if (json_expect(compile->doc, list, JSON_ARRAY, what))
		return -1;
	json_for_each(item, list)
	{
		name = json_string(compile->doc, item, what);
		if (!name)
			return -1;
		if (holds(compile->container, name))
			held++;
		else
			++*others;
	}
	return held;
}

/* "6.1.0-56-amd64" counts as 6.1. */
static bool parse_version(const char *words, unsigned long version[2])
{
	char *end;

	if (*words < '0' || *words > '9')
		return false;
	version[0] = strtoul(words, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9')
		return false;
	version[1] = strtoul(end + 1, NULL, 10);
	return true;
}

/* 1: the kernel is at least that new. 0: it is not. -1: it said why. */
static int new_enough(const struct compile *compile, const struct json *least)
{
	unsigned long wanted[2], have[2];
	const char *words = json_string(compile->doc, least, "minKernel");

	if (!words)
		return -1;
	if (!parse_version(words, wanted))
		return document_fault(compile->doc, least->at,
				      "no kernel version: \"%s\"",
				      document_word(compile->doc, words));
	if (!parse_version(compile->container->release, have))
		return fault("no kernel version: \"%s\"",
			     compile->container->release);
	if (have[0] != wanted[0])
		return have[0] > wanted[0];
	return have[1] >= wanted[1];
}

/*
 * 1: the rule is left out. Docker's way: of excludes one is enough, be it one
 * capability; of includes all must hold, but only one of the arches.
 */
static int is_out(const struct compile *compile, const struct json *filter,
		  bool excludes)
{
	const struct json *caps = json_get(filter, "caps");
	const struct json *arches = json_get(filter, "arches");
	const struct json *least = json_get(filter, "minKernel");
	const char *what = excludes ? "excludes" : "includes";
	int held, others, new;

	if (!filter)
		return 0;
	if (json_keys(compile->doc, filter, what, filter_keys))
		return -1;
	held = count_held(compile, arches, "arches", is_arch, &others);
	if (held < 0 || (excludes ? held : others && !held))
		return held < 0 ? -1 : 1;
	held = count_held(compile, caps, "caps", has_capability, &others);
	if (held < 0 || (excludes ? held : others))
		return held < 0 ? -1 : 1;
	new = least ? new_enough(compile, least) : !excludes;
	return new < 0 ? -1 : excludes ? new : !new;
}

/* --- Rules ---------------------------------------------------------------- */

static const char *const rule_keys[] = {
	"name", "names",   "action",   "errnoRet", "errno",
	"args", "comment", "includes", "excludes", NULL,
};

static void note(struct compile *compile, const struct json *name,
		 uint32_t action, int number, const struct scmp_arg_cmp *list,
		 int count)
{
	size_t bytes = (compile->count + 1) * sizeof(*compile->told);
	struct told *told;

	compile->told = need(realloc(compile->told, bytes));
	told = &compile->told[compile->count++];
	*told = (struct told){
		.name = name,
		.action = action,
		.number = number,
		.count = count,
	};
	memcpy(told->list, list, count * sizeof(*list));
}

/*
 * A call of other machines, or of the future: as runtimes do, go on where the
 * default does not ask for less than the rule. One that nobody would enforce is
 * no rule. libseccomp's actions are the kernel's: the signed order is theirs.
 */
static int pass_over(const struct compile *compile, const struct json *name,
		     uint32_t action)
{
	int32_t asked = action & SECCOMP_RET_ACTION_FULL;
	int32_t fallback = compile->fallback & SECCOMP_RET_ACTION_FULL;

	if (asked >= fallback)
		return 0;
	return document_fault(
		compile->doc, name->at,
		"libseccomp knows no call \"%s\", so what is stricter than the default would not be enforced",
		document_word(compile->doc, name->text));
}

static int note_name(struct compile *compile, const struct json *name,
		     uint32_t action, const struct seccomp_condition *list,
		     int count)
{
	struct scmp_arg_cmp told[SECCOMP_CONDITIONS];
	int number, i;

	if (!json_string(compile->doc, name, "the name of a call"))
		return -1;
	number = seccomp_syscall_resolve_name(name->text);
	if (number == __NR_SCMP_ERROR)
		return pass_over(compile, name, action);
	for (i = 0; i < count; i++)
		told[i] = (struct scmp_arg_cmp){
			.arg = list[i].argument,
			.op = list[i].op,
			.datum_a = list[i].value,
			.datum_b = list[i].value_two,
		};
	if (!seccomp_alternatives(list, count)) {
		note(compile, name, action, number, told, count);
		return 0;
	}
	for (i = 0; i < count; i++)
		note(compile, name, action, number, &told[i], 1);
	return 0;
}

static int note_names(struct compile *compile, const struct json *rule,
		      uint32_t action)
{
	const struct json *name = json_get(rule, "name");
	const struct json *names = json_get(rule, "names");
	struct seccomp_condition list[SECCOMP_CONDITIONS];
	int count;

	count = seccomp_conditions(compile->doc, json_get(rule, "args"), list);
	if (count < 0)
		return -1;
	if (name && name->type == JSON_STRING && !name->length)
		name = NULL;
	if (name && names && names->first)
		return document_fault(
			compile->doc, name->at,
			"\"name\" and \"names\": only one of them");
	if (name)
		return note_name(compile, name, action, list, count);
	if (!names)
		return document_fault(compile->doc, rule->at,
				      "a rule without \"names\"");
	if (json_expect(compile->doc, names, JSON_ARRAY, "names"))
		return -1;
	json_for_each(name, names)
	{
		if (note_name(compile, name, action, list, count))
			return -1;
	}
	return 0;
}

static int compile_rule(struct compile *compile, const struct json *rule)
{
	const struct json *action = json_get(rule, "action");
	unsigned int error;
	uint32_t number;
	int out;

	if (json_keys(compile->doc, rule, "a rule", rule_keys))
		return -1;
	out = is_out(compile, json_get(rule, "excludes"), true);
	if (!out)
		out = is_out(compile, json_get(rule, "includes"), false);
	if (out)
		return out < 0 ? -1 : 0;
	if (!action)
		return document_fault(compile->doc, rule->at,
				      "a rule without \"action\"");
	if (find_error(compile->doc, rule, "errnoRet", "errno", &error) ||
	    find_action(compile->doc, action, error, &number))
		return -1;
	/* Says nothing new, and libseccomp would refuse it. */
	if (number == compile->fallback)
		return 0;
	return note_names(compile, rule, number);
}

static int compile_rules(struct compile *compile, const struct json *rules)
{
	const struct json *rule;

	if (!rules)
		return 0;
	if (json_expect(compile->doc, rules, JSON_ARRAY, "syscalls"))
		return -1;
	json_for_each(rule, rules)
	{
		if (compile_rule(compile, rule))
			return -1;
	}
	return 0;
}

/* --- Architectures -------------------------------------------------------- */

/* libseccomp's own names lack the prefix. */
static uint32_t find_arch(const struct document *doc, const struct json *value)
{
	const char *name = json_string(doc, value, "an architecture");
	uint32_t arch = 0;
	char *lower, *c;

	if (!name)
		return 0;
	if (!strncmp(name, "SCMP_ARCH_", 10)) {
		lower = text("%s", name + 10);
		for (c = lower; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c += 'a' - 'A';
		arch = seccomp_arch_resolve_name(lower);
		free(lower);
	}
	if (!arch)
		document_fault(doc, value->at, "no architecture \"%s\"",
			       document_word(doc, name));
	return arch;
}

static int add_arch(struct compile *compile, const struct json *value)
{
	uint32_t arch = find_arch(compile->doc, value);
	enum abi abi;

	if (!arch)
		return -1;
	/* Of other machines' nothing can come in here. */
	for (abi = 0; abi < ABIS; abi++)
		if (abi_arch(abi) == arch &&
		    !seccomp_arch_exist(compile->filter, arch))
			return 0;
		else if (abi_arch(abi) == arch &&
			 seccomp_arch_add(compile->filter, arch))
			return fault("libseccomp takes no architecture \"%s\"",
				     value->text);
	return 0;
}

static int add_arches(struct compile *compile, const struct json *list)
{
	const struct json *value;

	if (!list)
		return 0;
	if (json_expect(compile->doc, list, JSON_ARRAY, "architectures"))
		return -1;
	json_for_each(value, list)
	{
		if (add_arch(compile, value))
			return -1;
	}
	return 0;
}

static const char *const arch_keys[] = { "architecture", "subArchitectures",
					 NULL };

/* Docker's: the entry of this machine counts, and the first of them. */
static int add_arch_map(struct compile *compile, const struct json *map)
{
	const struct json *entry, *arch;

	if (json_expect(compile->doc, map, JSON_ARRAY, "archMap"))
		return -1;
	json_for_each(entry, map)
	{
		if (json_keys(compile->doc, entry, "archMap", arch_keys))
			return -1;
		arch = json_get(entry, "architecture");
		if (!json_is(arch, "SCMP_ARCH_X86_64"))
			continue;
		if (add_arch(compile, arch))
			return -1;
		return add_arches(compile, json_get(entry, "subArchitectures"));
	}
	return 0;
}

static int compile_arches(struct compile *compile, const struct json *profile)
{
	const struct json *list = json_get(profile, "architectures");
	const struct json *map = json_get(profile, "archMap");

	if (list && list->first && map && map->first)
		return document_fault(
			compile->doc, map->at,
			"\"architectures\" and \"archMap\": only one of them");
	if (add_arches(compile, list))
		return -1;
	return map ? add_arch_map(compile, map) : 0;
}

/* --- What comes of it ----------------------------------------------------- */

static void put_rule(struct compile *compile, enum abi abi, unsigned int number,
		     const struct bpf_decision *decision)
{
	char *conditions = bpf_conditions(abi, &decision->path);
	char *verdict = verdict_of_action(decision->action);

	settings_add(compile->settings, "syscall", "rules_add", "%s %u %s%s",
		     abi_name(abi), number, verdict, conditions);
	uring_note(compile->uring, abi, number, verdict);
	free(verdict);
	free(conditions);
}

/*
 * The filter says all there is to say of what ia32's socketcall and ipc do:
 * with a rule of their own they are not also judged as calls that do the same.
 */
static bool is_multiplexer(enum abi abi, unsigned int number)
{
	return abi == ABI_IA32 && (number == 102 || number == 117);
}

static int put_call(struct compile *compile, const struct sock_filter *code,
		    size_t count, enum abi abi, unsigned int number,
		    uint32_t fallback)
{
	struct bpf_decisions decisions;
	const char *name = syscall_name(abi, number);
	const char *trouble = bpf_decide(code, count, abi, number, &decisions);
	size_t i;

	if (trouble)
		return fault("%s: %s %s: the filter has %s", compile->doc->name,
			     abi_name(abi), name ?: "", trouble);
	for (i = 0; i < decisions.count; i++)
		if (decisions.count > 1 || is_multiplexer(abi, number) ||
		    decisions.list[i].action != fallback)
			put_rule(compile, abi, number, &decisions.list[i]);
	free(decisions.list);
	return 0;
}

static int find_fallbacks(struct compile *compile,
			  const struct sock_filter *code, size_t count,
			  uint32_t fallback[ABIS])
{
	struct bpf_decisions decisions;
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++) {
		if (bpf_decide(code, count, abi, NO_CALL, &decisions))
			return fault("%s: the filter is not understood",
				     compile->doc->name);
		fallback[abi] = decisions.list[0].action;
		free(decisions.list);
	}
	return 0;
}

static void put_fallbacks(struct compile *compile,
			  const uint32_t fallback[ABIS])
{
	char *verdicts[ABIS];
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++) {
		verdicts[abi] = verdict_of_action(fallback[abi]);
		compile->uring->fallback[abi] = uring_fate(verdicts[abi]);
	}
	if (fallback[ABI_X64] == fallback[ABI_IA32] &&
	    fallback[ABI_X64] == fallback[ABI_X32])
		settings_add(compile->settings, "syscall", "default", "%s",
			     verdicts[ABI_X64]);
	else
		for (abi = 0; abi < ABIS; abi++)
			settings_add(compile->settings, "syscall", "default",
				     "%s %s", abi_name(abi), verdicts[abi]);
	for (abi = 0; abi < ABIS; abi++)
		free(verdicts[abi]);
}

static int put_all(struct compile *compile, const struct sock_filter *code,
		   size_t count)
{
	uint32_t fallback[ABIS];
	unsigned int number;
	enum abi abi;

	if (find_fallbacks(compile, code, count, fallback))
		return -1;
	put_fallbacks(compile, fallback);
	for (abi = 0; abi < ABIS; abi++)
		for (number = 0; number < NO_CALL; number++)
			if (put_call(compile, code, count, abi, number,
				     fallback[abi]))
				return -1;
	return 0;
}

static int put_filter(struct compile *compile)
{
	struct stat file;
	void *code;
	int err;

	if (fstat(compile->fd, &file))
		return fault("fstat: %s", strerror(errno));
	code = mmap(NULL, file.st_size, PROT_READ, MAP_PRIVATE, compile->fd, 0);
	if (code == MAP_FAILED)
		return fault("mmap: %s", strerror(errno));
	err = put_all(compile, code, file.st_size / sizeof(struct sock_filter));
	munmap(code, file.st_size);
	return err;
}

/* --- libseccomp's part ---------------------------------------------------- */

static int tell(const struct compile *compile, const struct told *told)
{
	int err = seccomp_rule_add_array(compile->filter, told->action,
					 told->number, told->count, told->list);

	if (!err)
		return 0;
	return document_fault(
		compile->doc, told->name->at,
		"libseccomp takes no such rule for %s beside the others it has: %s",
		document_word(compile->doc, told->name->text), strerror(-err));
}

/* libseccomp hands a program out through a file. */
static int tell_all(void *data)
{
	const struct compile *compile = data;
	size_t i;

	for (i = 0; i < compile->count; i++)
		if (tell(compile, &compile->told[i]))
			return -1;
	if (seccomp_export_bpf(compile->filter, compile->fd))
		return fault("libseccomp makes no filter of %s",
			     compile->doc->name);
	return 0;
}

/* A call that has two rules with conditions, or NULL. */
static const struct told *find_overlap(const struct compile *compile)
{
	const struct told *told = compile->told;
	size_t i, j;

	for (i = 0; i < compile->count; i++)
		for (j = 0; told[i].count && j < i; j++)
			if (told[j].count && told[j].number == told[i].number)
				return &told[i];
	return NULL;
}

static int make_filter(struct compile *compile)
{
	const struct told *overlap = find_overlap(compile);
	int err;

	if (!overlap)
		return tell_all(compile);
	err = child_run(tell_all, compile, PATIENCE);
	if (err <= 0)
		return err;
	return fault(
		"%s: libseccomp comes to no end with these rules, nor would a runtime: several that have conditions for one call, such as %s, overlap",
		compile->doc->name,
		document_word(compile->doc, overlap->name->text));
}

/* --- The whole ------------------------------------------------------------ */

static const char *const profile_keys[] = {
	"defaultAction",    "defaultErrnoRet", "defaultErrno", "architectures",
	"archMap",	    "syscalls",	       "flags",	       "listenerPath",
	"listenerMetadata", "comment",	       NULL,
};

static int find_fallback(const struct document *doc, const struct json *profile,
			 uint32_t *fallback)
{
	const struct json *action = json_get(profile, "defaultAction");
	unsigned int error;

	if (json_keys(doc, profile, "a seccomp profile", profile_keys))
		return -1;
	if (!action)
		return document_fault(
			doc, profile->at,
			"a seccomp profile without \"defaultAction\"");
	if (find_error(doc, profile, "defaultErrnoRet", "defaultErrno", &error))
		return -1;
	return find_action(doc, action, error, fallback);
}

/* What a filter is installed with; what comes of a call is the same. */
static int check_flags(const struct document *doc, const struct json *flags)
{
	const struct json *flag;
	const char *name;

	if (!flags)
		return 0;
	if (json_expect(doc, flags, JSON_ARRAY, "flags"))
		return -1;
	json_for_each(flag, flags)
	{
		name = json_string(doc, flag, "a flag");
		if (!name)
			return -1;
		if (!strcmp(name, "SECCOMP_FILTER_FLAG_TSYNC") ||
		    !strcmp(name, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"))
			continue;
		if (!strcmp(name, "SECCOMP_FILTER_FLAG_LOG"))
			return document_fault(
				doc, flag->at,
				"%s is not had per profile: the module's parameter log_errno logs what fails",
				name);
		return document_fault(doc, flag->at, "no flag \"%s\" here",
				      document_word(doc, name));
	}
	return 0;
}

int seccomp_compile(const struct document *doc, const struct json *profile,
		    const struct container *container,
		    struct settings *settings, struct uring *uring)
{
	struct compile compile = {
		.doc = doc,
		.container = container,
		.settings = settings,
		.uring = uring,
	};
	int err;

	if (find_fallback(doc, profile, &compile.fallback) ||
	    check_flags(doc, json_get(profile, "flags")))
		return -1;
	compile.filter = seccomp_init(compile.fallback);
	if (!compile.filter)
		return fault("libseccomp makes no filter of %s", doc->name);
	compile.fd = memfd_create("filter", MFD_CLOEXEC);
	err = compile.fd < 0 ? fault("memfd_create: %s", strerror(errno)) : 0;
	if (!err)
		err = compile_arches(&compile, profile);
	if (!err)
		err = compile_rules(&compile, json_get(profile, "syscalls"));
	if (!err)
		err = make_filter(&compile);
	if (!err)
		err = put_filter(&compile);
	if (compile.fd >= 0)
		close(compile.fd);
	free(compile.told);
	seccomp_release(compile.filter);
	return err;
}
