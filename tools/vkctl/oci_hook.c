// SPDX-License-Identifier: GPL-2.0
/*
 * What a container runtime calls when a container is made, and when it is gone.
 *
 * createRuntime: the namespaces are there, the program is not yet. If the
 * container cannot have the vkernel that it should, it does not start.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apply.h"
#include "buffer.h"
#include "cache.h"
#include "claim.h"
#include "file.h"
#include "instance.h"
#include "profile.h"
#include "vkctl.h"

#define PREFIX "org.vkernel."

struct hook {
	/* What the command line says. */
	const char *profile;
	const char *fallback;
	bool fixed;
	bool required;
	/* What the runtime says. */
	struct document state;
	struct document bundle;
	const char *id;
	pid_t pid;
	/* The bundle's folder: ids are the same in others' namespaces. */
	const char *owner;
	char *name;
	/* What comes of it. */
	bool asked;
	struct settings settings;
};

/* --- Names ---------------------------------------------------------------- */

static unsigned long long hash(const char *words)
{
	unsigned long long sum = 14695981039346656037ull;

	for (; *words; words++)
		sum = (sum ^ (unsigned char)*words) * 1099511628211ull;
	return sum;
}

/*
 * An id that cannot be a name becomes one that no other id does by chance. If
 * somebody has seen to it, the second container does not start.
 */
static char *name_of(const char *id)
{
	char *name, *c;

	if (instance_name_ok(id))
		return joined(id, NULL);
	name = text("c%.100s-%016llx", id, hash(id));
	for (c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			*c = '_';
	return name;
}

/* --- Process id namespaces ------------------------------------------------ */

static ino_t namespace_of(pid_t pid)
{
	char *path = pid ? text("/proc/%d/ns/pid", pid) :
			   text("/proc/self/ns/pid");
	struct stat entry;
	ino_t number = stat(path, &entry) ? 0 : entry.st_ino;

	free(path);
	return number;
}

/* "NSpid:	123	1": the last is its number in its own namespace. */
static bool is_init(pid_t pid)
{
	char *path = text("/proc/%d/status", pid);
	char *status = file_read(path);
	char *line = status ? strstr(status, "\nNSpid:") : NULL;
	char *last;
	bool is = false;

	if (line) {
		line[1 + strcspn(line + 1, "\n")] = '\0';
		last = strrchr(line, '\t');
		is = last && !strcmp(last, "\t1");
	}
	free(status);
	free(path);
	return is;
}

/* The vkernel that is armed with a namespace, for the caller to free. */
static char *vkernel_of(ino_t number)
{
	char *found = NULL, *pid;
	size_t i, count;
	char **names = instance_list(&count);

	for (i = 0; names && i < count && !found; i++) {
		pid = instance_read(names[i], NULL, "pid");
		if (pid && atoi(pid) > 0 && namespace_of(atoi(pid)) == number)
			found = text("%s", names[i]);
		free(pid);
	}
	name_list_free(names, count);
	return found;
}

/* --- Which profile? ------------------------------------------------------- */

static const struct json *annotation(const struct hook *hook, const char *key)
{
	const struct json *found;

	if (hook->fixed)
		return NULL;
	found = json_get(json_get(hook->state.root, "annotations"), key);
	return found ?:
		       json_get(json_get(hook->bundle.root, "annotations"),
				key);
}

static const char *annotation_text(const struct hook *hook, const char *key)
{
	const struct json *found = annotation(hook, key);

	return found && found->type == JSON_STRING ? found->text : NULL;
}

static bool is_known(const char *key)
{
	static const char *const known[] = { "on-failure", "profile",
					     "syscall.default",
					     "syscall.deny" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(key, known[i]))
			return true;
	return false;
}

/* What is misspelt would be as if nobody had asked for it. */
static int check_annotations(const struct document *doc)
{
	const struct json *all = json_get(doc->root, "annotations"), *item;

	if (!all || all->type == JSON_NULL)
		return 0;
	if (json_expect(doc, all, JSON_OBJECT, "annotations"))
		return -1;
	json_for_each(item, all)
	{
		if (strncmp(item->key, PREFIX, strlen(PREFIX)))
			continue;
		if (!is_known(item->key + strlen(PREFIX)))
			return document_fault(doc, item->key_at,
					      "no annotation \"%s\"",
					      item->key);
		if (!json_string(doc, item, item->key))
			return -1;
	}
	return 0;
}

/* "mkdir,mkdirat" */
static void put_names(struct json *rule, const char *words)
{
	struct json *names =
		json_put(rule, "names", json_new(JSON_ARRAY, NULL));
	char *copy = text("%s", words), *rest = copy, *word;

	while ((word = strsep(&rest, ", ")))
		if (*word)
			json_append(names, json_new(JSON_STRING, word));
	free(copy);
}

/* Annotations as a profile: what they say is looked at as that is. */
static struct json *inline_profile(const char *fallback, const char *deny)
{
	struct json *root = json_new(JSON_OBJECT, NULL), *section, *rules;
	struct json *rule;

	section = json_put(root, "syscall", json_new(JSON_OBJECT, NULL));
	if (fallback)
		json_put(section, "default", json_new(JSON_STRING, fallback));
	if (!deny)
		return root;
	rules = json_put(section, "rules", json_new(JSON_ARRAY, NULL));
	rule = json_append(rules, json_new(JSON_OBJECT, NULL));
	json_put(rule, "action", json_new(JSON_STRING, "EPERM"));
	put_names(rule, deny);
	return root;
}

static int load_inline(struct hook *hook, const struct container *container,
		       const char *fallback, const char *deny)
{
	struct json *root = inline_profile(fallback, deny);
	struct document doc;
	char *bytes = NULL;
	size_t size;
	FILE *file = need(open_memstream(&bytes, &size));
	int err;

	json_print(root, file);
	json_free(root);
	fclose(file);
	err = document_parse(&doc, "annotations", need(bytes), size);
	free(bytes);
	if (err)
		return -1;
	err = profile_compile(&doc, container, &hook->settings);
	document_free(&doc);
	return err;
}

/* The bundle's own profile: now all of the bundle is needed. */
static int load_bundle(struct hook *hook, bool secret,
		       const struct container *container)
{
	struct document whole;
	int err = document_read(&whole, hook->bundle.name);

	if (err)
		return -1;
	whole.secret = secret;
	err = profile_compile(&whole, container, &hook->settings);
	document_free(&whole);
	return err;
}

/*
 * @secret: by an annotation, whose author may be allowed less than who runs
 * this, and could have root's files read to him.
 */
static int load_named(struct hook *hook, const struct container *container,
		      const char *name, bool secret)
{
	if (!strcmp(name, "bundle"))
		return load_bundle(hook, secret, container);
	return profile_recall(name, secret, container, &hook->settings);
}

/* 1: there is none, and none is wanted. */
static int load(struct hook *hook, const struct container *container)
{
	const char *name = annotation_text(hook, PREFIX "profile");
	const char *fallback = annotation_text(hook, PREFIX "syscall.default");
	const char *deny = annotation_text(hook, PREFIX "syscall.deny");

	if (name && (fallback || deny))
		return fault("annotations " PREFIX "profile and " PREFIX
			     "syscall...: only one of them");
	if (deny && !deny[strspn(deny, ", ")])
		return fault("annotation " PREFIX "syscall.deny: no call");
	hook->asked = name || fallback || deny || hook->profile;
	if (fallback || deny)
		return load_inline(hook, container, fallback, deny);
	if (name)
		return load_named(hook, container, name, true);
	name = hook->profile ?: hook->fallback;
	if (name)
		return load_named(hook, container, name, false);
	if (hook->required)
		return fault(
			"container %s: neither its bundle's annotations nor an option says which profile",
			hook->id);
	return 1;
}

static int find_profile(struct hook *hook)
{
	struct container container;
	int err;

	if (!hook->fixed && (check_annotations(&hook->state) ||
			     check_annotations(&hook->bundle)))
		return -1;
	container_defaults(&container);
	err = container_from_bundle(&container, &hook->bundle);
	if (!err)
		err = load(hook, &container);
	container_free(&container);
	return err;
}

/* --- createRuntime -------------------------------------------------------- */

/* What is claimed stays so until this process ends. */
static int create(const struct hook *hook)
{
	struct claim claim;

	if (claim_make(&claim, hook->name, hook->owner))
		return -1;
	if (!apply_begin(hook->name, &hook->settings, hook->pid, APPLY_PLAIN))
		return 0;
	claim_end(&claim);
	return -1;
}

static int create_groups(const struct hook *hook)
{
	struct claim claim;

	if (!apply_has_groups(&hook->settings))
		return 0;
	if (claim_join(&claim, hook->name, hook->owner))
		return -1;
	if (!apply_groups(hook->name, &hook->settings, hook->pid))
		return 0;
	claim_end(&claim);
	return -1;
}

/*
 * In another container's namespace: under its vkernel, if that is as good. The
 * control group is its own.
 */
static int join(const struct hook *hook)
{
	char *host = vkernel_of(namespace_of(hook->pid));
	int err = 0;

	if (!host)
		err = fault(
			"container %s shares the pid namespace of one that has no vkernel",
			hook->id);
	else if (!apply_equals(host, &hook->settings))
		err = fault(
			"container %s shares the pid namespace of vkernel %s, which has another profile",
			hook->id, host);
	else
		err = create_groups(hook);
	free(host);
	return err;
}

/* Look for what may be in the way. */
static int arm_with_care(const struct hook *hook)
{
	ino_t number = namespace_of(hook->pid);

	if (!number)
		return fault("container %s: there is no process %d", hook->id,
			     hook->pid);
	if (number == namespace_of(0)) {
		if (hook->asked)
			return fault(
				"container %s is in the host's pid namespace, which cannot have a vkernel",
				hook->id);
		warning("container %s is in the host's pid namespace: it starts without a vkernel",
			hook->id);
		return 0;
	}
	if (instance_available())
		return -1;
	return is_init(hook->pid) ? create(hook) : join(hook);
}

/*
 * Nearly always nothing is in the way: whatever would be makes the kernel
 * refuse, and then there is time to look.
 */
static int arm(const struct hook *hook)
{
	int err;

	message_quiet = true;
	err = create(hook);
	message_quiet = false;
	return err ? arm_with_care(hook) : 0;
}

/* The rest of a bundle is long, and of no interest. */
static const struct json_part capability_parts[] = { { "bounding" }, {} };
static const struct json_part process_parts[] = {
	{ "capabilities", capability_parts },
	{},
};
/* If the profile is fixed, annotations do not count. */
static const struct json_part bundle_parts[] = {
	{ "process", process_parts },
	{ "annotations" },
	{},
};
static const struct json_part fixed_parts[] = {
	{ "process", process_parts },
	{},
};

static int read_owner(struct hook *hook)
{
	const struct json *folder = json_get(hook->state.root, "bundle");

	if (!folder)
		return document_fault(&hook->state, 0, "no \"bundle\"");
	hook->owner = json_string(&hook->state, folder, "bundle");
	return hook->owner ? 0 : -1;
}

static int read_bundle(struct hook *hook)
{
	char *path;
	int err;

	if (read_owner(hook))
		return -1;
	path = joined(hook->owner, "/config.json", NULL);
	err = document_read_part(&hook->bundle, path,
				 hook->fixed ? fixed_parts : bundle_parts);
	free(path);
	return err;
}

static int read_pid(struct hook *hook)
{
	const struct json *pid = json_get(hook->state.root, "pid");
	uint64_t number;

	if (!pid)
		return document_fault(&hook->state, 0, "no \"pid\"");
	if (json_number(&hook->state, pid, "pid", INT32_MAX, &number))
		return -1;
	hook->pid = number;
	return number ? 0 : document_fault(&hook->state, pid->at, "no pid");
}

/* Only if that is so: what could not be set up may be armed all the same. */
static int go_without(const struct hook *hook)
{
	char *host = hook->pid ? vkernel_of(namespace_of(hook->pid)) : NULL;
	int err = 0;

	if (!host)
		warning("container %s starts without a vkernel, as " PREFIX
			"on-failure says",
			hook->id);
	else if (strcmp(host, hook->name))
		warning("container %s starts under vkernel %s, as " PREFIX
			"on-failure says",
			hook->id, host);
	else
		err = fault(
			"container %s does not start: vkernel %s is armed with it, but not as its profile says",
			hook->id, host);
	free(host);
	return err;
}

static int create_runtime(struct hook *hook)
{
	int err = read_pid(hook) ? -1 : read_bundle(hook);
	const char *choice;

	if (!err)
		err = find_profile(hook);
	if (!err)
		err = arm(hook);
	/* No profile at all is no failure. */
	if (err >= 0)
		return EXIT_OK;
	choice = annotation_text(hook, PREFIX "on-failure");
	if (!choice || strcmp(choice, "ignore"))
		return EXIT_FAILED;
	return go_without(hook) ? EXIT_FAILED : EXIT_OK;
}

/* --- poststop ------------------------------------------------------------- */

/* The last tasks of the container may still be on their way out. */
#define TRIES 100

static int remove_instance(const struct hook *hook)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int err = -EBUSY, try;

	for (try = 0; try < TRIES && err == -EBUSY; try++) {
		if (try)
			nanosleep(&pause, NULL);
		/* Who looks need not wait until the kernel finds it dead. */
		free(instance_read(hook->name, NULL, "state"));
		err = instance_remove(hook->name);
	}
	/* None: it has joined another one's, or was removed by hand. */
	if (!err || err == -ENOENT)
		return 0;
	return fault("%s: %s", hook->name,
		     instance_reason(ACT_REMOVE, NULL, err));
}

/*
 * One that somebody made by hand, and so has no record, is his to remove; one
 * that was made for another container of this id is that one's. A hook that is
 * at it is waited for: its runtime may be gone.
 */
static int poststop(struct hook *hook)
{
	struct claim claim;
	int err = claim_take(&claim, hook->name, CLAIM_WAIT);

	if (err == -ENOENT)
		return EXIT_OK;
	if (err)
		err = fault(RECORDS "/%s: %s", hook->name, strerror(-err));
	else
		err = read_owner(hook);
	if (err || !claim_is_of(&claim, hook->owner))
		return err ? EXIT_FAILED : EXIT_OK;
	err = remove_instance(hook);
	claim_end(&claim);
	return err ? EXIT_FAILED : EXIT_OK;
}

/* --- Both ----------------------------------------------------------------- */

static int run_stage(struct hook *hook, const char *stage)
{
	const struct json *id;

	if (document_read(&hook->state, "-"))
		return EXIT_FAILED;
	id = json_get(hook->state.root, "id");
	if (!id) {
		document_fault(&hook->state, 0,
			       "no container state: no \"id\"");
		return EXIT_FAILED;
	}
	hook->id = json_string(&hook->state, id, "id");
	if (!hook->id)
		return EXIT_FAILED;
	hook->name = name_of(hook->id);
	return strcmp(stage, "poststop") ? create_runtime(hook) :
					   poststop(hook);
}

static const struct option options[] = {
	{ "default-profile", required_argument, NULL, 'd' },
	{ "fixed", no_argument, NULL, 'f' },
	{ "injected", no_argument, NULL, 'i' },
	{ "profile", required_argument, NULL, 'p' },
	{ "required", no_argument, NULL, 'r' },
	{ NULL },
};

static int run(int argc, char **argv)
{
	struct hook hook = { 0 };
	int option;

	while ((option = next_option(&verb_oci_hook, argc, argv, "d:fip:r",
				     options)) != -1) {
		if (option == 'd')
			hook.fallback = optarg;
		else if (option == 'f')
			hook.fixed = true;
		else if (option == 'p')
			hook.profile = optarg;
		else if (option == 'r')
			hook.required = true;
		/* So does vkernel-runc know its own. */
		else if (option != 'i')
			return option_end(option);
	}
	if (argc != optind + 1 || (strcmp(argv[optind], "createRuntime") &&
				   strcmp(argv[optind], "poststop")))
		return usage(&verb_oci_hook, "which hook?");
	message_to_syslog();
	/* A container waits for the end; the kernel frees all at once. */
	_exit(run_stage(&hook, argv[optind]));
}

const struct verb verb_oci_hook = {
	.name = "oci-hook",
	.arguments =
		"[--profile PROFILE] [--default-profile PROFILE] [--fixed] [--required] [--injected] createRuntime|poststop",
	.summary = "Be an OCI hook: the container's state is on standard input",
	.run = run,
};
