// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply.h"
#include "buffer.h"
#include "claim.h"
#include "group.h"
#include "instance.h"
#include "profile.h"

/* Where in a profile the trouble is, if that is known. */
static int refuse(const struct settings *settings,
		  const struct setting *setting, const char *why)
{
	const char *value = settings->secret ? "..." : setting->value;
	char *what = setting->file ? text("%s.%s \"%s\"", setting->plugin,
					  setting->file, value) :
				     text("plugin %s", setting->plugin);

	if (setting->line)
		fault_at(settings->source, setting->line, setting->column,
			 "%s: %s", what, why);
	else
		fault("%s: %s: %s", settings->source, what, why);
	free(what);
	return -1;
}

/*
 * A number that the kernel's table does not have is refused with every verdict.
 * Such a call fails whoever makes it.
 */
static bool is_no_call(const char *name, const struct setting *setting)
{
	const char *number = strchr(setting->value, ' ');
	char *line;
	bool none;

	if (strcmp(setting->file, "rules_add") || !number)
		return false;
	number++;
	line = text("%.*s allow",
		    (int)(number - setting->value + strcspn(number, " ")),
		    setting->value);
	none = instance_write(name, setting->plugin, setting->file, line) ==
	       -EINVAL;
	free(line);
	return none;
}

/* An ABI that the kernel does not have nobody can use. */
static bool is_no_abi(const struct setting *setting, int err)
{
	return err == -EOPNOTSUPP && strncmp(setting->value, "x64", 3) &&
	       (!strcmp(setting->file, "rules_add") ||
		!strcmp(setting->file, "default"));
}

static int put_one(const char *name, struct pen *pen,
		   const struct settings *settings,
		   const struct setting *setting)
{
	int err = instance_write_on(pen, name, setting->plugin, setting->file,
				    setting->value);

	if (!err || is_no_abi(setting, err) ||
	    (err == -EINVAL && is_no_call(name, setting)))
		return 0;
	return refuse(settings, setting,
		      instance_reason(ACT_WRITE, setting->file, err));
}

/* Calls of one range of a list, one by one. */
static int put_range(const char *name, struct pen *pen,
		     const struct settings *settings,
		     const struct setting *setting, const char *range)
{
	int abi = strcspn(setting->value, " ");
	const char *rest = setting->value + abi + 1;
	struct setting one = *setting;
	unsigned int number, last;
	int err = 0;

	rest += strcspn(rest, " ");
	if (sscanf(range, "%u-%u", &number, &last) != 2)
		last = number;
	for (; number <= last && !err; number++) {
		one.value =
			text("%.*s %u%s", abi, setting->value, number, rest);
		err = put_one(name, pen, settings, &one);
		free(one.value);
	}
	return err;
}

/*
 * Of many calls at once the plugin takes all or none, and says neither which it
 * does not want nor which the kernel does not have.
 */
static int put_each(const char *name, struct pen *pen,
		    const struct settings *settings,
		    const struct setting *setting)
{
	const char *range = strchr(setting->value, ' ');
	int err = 0;

	if (strcmp(setting->file, "rules_add") || !range ||
	    range[1 + strspn(range + 1, "0123456789,-")] != ' ' ||
	    !isdigit((unsigned char)range[1]))
		return put_one(name, pen, settings, setting);
	do {
		err = put_range(name, pen, settings, setting, range + 1);
		range += 1 + strcspn(range + 1, ", ");
	} while (!err && *range == ',');
	return err;
}

static int put(const char *name, struct pen *pen,
	       const struct settings *settings, const struct setting *setting)
{
	int err = instance_write_on(pen, name, setting->plugin, setting->file,
				    setting->value);

	if (!err || (is_no_abi(setting, err) && !setting->literal))
		return 0;
	if (setting->literal)
		return refuse(settings, setting,
			      instance_reason(ACT_WRITE, setting->file, err));
	return put_each(name, pen, settings, setting);
}

static int give(const char *name, const struct settings *settings,
		const struct setting *setting)
{
	int err = instance_give(name, setting->plugin);

	if (!err)
		return 0;
	return refuse(settings, setting, instance_reason(ACT_GIVE, NULL, err));
}

/* --- The control group ---------------------------------------------------- */

/* Its settings lie there, not in the vkernel. */
#define GROUP_PLUGIN "sched"

static const char *const policies[] = { "normal", "fifo", "adaptive" };

static bool is_groups(const struct setting *setting)
{
	return !strcmp(setting->plugin, GROUP_PLUGIN);
}

/* As the file wants it; NULL: there is no such file or policy. */
static char *policy_number(const struct setting *setting)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(policies); i++)
		if (!strcmp(setting->file, "real_policy") &&
		    !strcmp(setting->value, policies[i]))
			return numbered("", i, "");
	return NULL;
}

static int set_policy(const char *name, const struct setting *setting,
		      pid_t pid)
{
	char *number = policy_number(setting);
	int err = number ? group_set_policy(name, pid, number) : -EINVAL;

	free(number);
	return err;
}

static int find_policy(pid_t pid)
{
	char *now = group_read(pid, GROUP_POLICY);

	free(now);
	return now ? 0 : -ENOENT;
}

/*
 * Chosen when it is armed: the group that the container's init is in then, and
 * those below it.
 */
static int put_group(const char *name, const struct settings *settings,
		     const struct setting *setting, pid_t pid)
{
	int err;

	if (!pid)
		return refuse(settings, setting,
			      "of which --pid? It is not armed");
	err = setting->file ? set_policy(name, setting, pid) : find_policy(pid);
	if (err == -ENOENT)
		return refuse(
			settings, setting,
			"no plugin of that name is loaded, or the container's control group has no cpu controller");
	if (err == -EADDRINUSE)
		return refuse(
			settings, setting,
			"the policy of the container's control group is another vkernel's, perhaps a dead one's: vkctl gc");
	return err ? refuse(settings, setting,
			    instance_reason(ACT_WRITE, setting->file, err)) :
		     0;
}

/* That there is such a plugin is asked with its first file, if it has one. */
static bool is_next_groups(const struct settings *settings, size_t i)
{
	return i + 1 < settings->count && is_groups(&settings->list[i + 1]);
}

bool apply_has_groups(const struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		if (is_groups(&settings->list[i]))
			return true;
	return false;
}

int apply_groups(const char *name, const struct settings *settings, pid_t pid)
{
	const struct setting *setting;
	size_t i;
	int err = 0;

	for (i = 0; i < settings->count && !err; i++) {
		setting = &settings->list[i];
		if (is_groups(setting) &&
		    (setting->file || !is_next_groups(settings, i)))
			err = put_group(name, settings, setting, pid);
	}
	if (err)
		group_restore_policy(name);
	return err;
}

/* --- Anew ----------------------------------------------------------------- */

/* How many settings, from this one on, are lines for one file. */
static size_t gather(const struct settings *settings, size_t from,
		     struct buffer *lines)
{
	const struct setting *first = &settings->list[from], *setting;
	size_t count = 0;

	if (!first->file || strcmp(first->plugin, "syscall") ||
	    strcmp(first->file, "rules_add"))
		return 0;
	for (; from + count < settings->count; count++) {
		setting = first + count;
		if (!setting->file || strcmp(setting->file, first->file) ||
		    lines->length + strlen(setting->value) >= INSTANCE_VALUE)
			break;
		buffer_add(lines, setting->value, "\n", NULL);
	}
	return count;
}

/*
 * Many rules at once, for a container waits. Return: how many were taken; the
 * one behind them is refused, or there is none.
 */
static size_t put_many(const char *name, struct pen *pen,
		       const struct settings *settings, size_t from)
{
	struct buffer lines = { NULL };
	const struct setting *first = &settings->list[from];
	size_t count = gather(settings, from, &lines);

	if (count)
		count = instance_write_lines(pen, name, first->plugin,
					     first->file, lines.bytes, count);
	free(lines.bytes);
	return count;
}

static int put_or_give(const char *name, struct pen *pen,
		       const struct settings *settings,
		       const struct setting *setting)
{
	if (is_groups(setting))
		return 0;
	if (setting->file)
		return put(name, pen, settings, setting);
	return give(name, settings, setting);
}

static int set_up(const char *name, const struct settings *settings)
{
	struct pen pen = { NULL };
	size_t i, count;
	int err = 0;

	for (i = 0; i < settings->count && !err; i += count) {
		count = put_many(name, &pen, settings, i);
		if (count)
			continue;
		err = put_or_give(name, &pen, settings, &settings->list[i]);
		count = 1;
	}
	pen_drop(&pen);
	return err;
}

static int arm(const char *name, pid_t pid)
{
	char *number = numbered("", pid, "");
	int err = instance_write(name, NULL, "pid", number);

	free(number);
	if (!err)
		return 0;
	return fault("%s: cannot arm it with process %d: %s", name, pid,
		     instance_reason(ACT_WRITE, "pid", err));
}

static int adopt(const char *name)
{
	int err = instance_write(name, NULL, "adopt", "1");

	if (!err)
		return 0;
	fault("%s: cannot take in what runs already: %s", name,
	      instance_reason(ACT_WRITE, "adopt", err));
	instance_write(name, NULL, "pid", "0");
	return -1;
}

int apply_begin(const char *name, const struct settings *settings, pid_t pid,
		enum apply_way way)
{
	int err;

	if (settings && set_up(name, settings))
		goto err_remove;
	if (pid && arm(name, pid))
		goto err_remove;
	if (way == APPLY_RUNNING && adopt(name))
		goto err_remove;
	if (settings && way != APPLY_SAMPLE &&
	    apply_groups(name, settings, pid))
		goto err_detach;
	return 0;

err_detach:
	if (pid)
		instance_write(name, NULL, "pid", "0");
err_remove:
	err = instance_remove(name);
	if (err)
		fault("%s: left behind: %s", name,
		      instance_reason(ACT_REMOVE, NULL, err));
	return -1;
}

int apply_create(const char *name, const struct settings *settings, pid_t pid,
		 enum apply_way way)
{
	int err = instance_make(name);

	if (!err)
		return apply_begin(name, settings, pid, way);
	return fault("%s: %s", name, instance_reason(ACT_MAKE, NULL, err));
}

/* --- Comparison ----------------------------------------------------------- */

/* Not what one has seen, but what it was told. */
static bool is_setting(const char *name, const char *plugin, const char *file)
{
	if (strcmp(plugin, "syscall"))
		return instance_can_write(name, plugin, file);
	return !strcmp(file, "default") || !strcmp(file, "rules") ||
	       !strcmp(file, "objects");
}

/* There is more than fits into a page. */
static bool is_cut(const char *list)
{
	return list &&
	       (!strncmp(list, "# and ", 6) || strstr(list, "\n# and "));
}

/* NULL, too, if there is more than can be read. */
static char *read_setting(const char *name, const char *plugin,
			  const char *file)
{
	char *value = instance_read_full(name, plugin, file) ?:
			      instance_read(name, plugin, file);

	if (!is_cut(value))
		return value;
	free(value);
	return NULL;
}

static bool equal_file(const char *one, const char *other, const char *plugin,
		       const char *file)
{
	char *first = read_setting(one, plugin, file);
	char *second = read_setting(other, plugin, file);
	bool equal = first && second && !strcmp(first, second);

	free(first);
	free(second);
	return equal;
}

static bool equal_plugin(const char *one, const char *other, const char *plugin)
{
	size_t i, count;
	char **files = instance_files(one, plugin, &count);
	bool equal = files && instance_has_file(other, plugin, NULL);

	for (i = 0; i < count && equal; i++)
		if (is_setting(one, plugin, files[i]))
			equal = equal_file(one, other, plugin, files[i]);
	name_list_free(files, count);
	return equal;
}

static bool equal(const char *one, const char *other)
{
	size_t i, count, others;
	char **plugins = instance_plugins(one, &count);
	char **second = instance_plugins(other, &others);
	bool equal = plugins && second && count == others;

	for (i = 0; i < count && equal; i++)
		equal = equal_plugin(one, other, plugins[i]);
	name_list_free(second, others);
	name_list_free(plugins, count);
	return equal;
}

/* Should it be left behind, it is a hook's: gc removes it. */
static bool equals_sample(const char *name, const struct settings *settings,
			  const char *sample)
{
	struct claim claim;
	bool is;

	if (claim_make(&claim, sample, "a sample"))
		return false;
	is = !apply_begin(sample, settings, 0, APPLY_SAMPLE) &&
	     equal(sample, name);
	instance_remove(sample);
	claim_end(&claim);
	return is;
}

bool apply_equals(const char *name, const struct settings *settings)
{
	char *sample = text("sample-%d", getpid());
	bool is = equals_sample(name, settings, sample);

	free(sample);
	return is;
}

/* --- While it lives ------------------------------------------------------- */

/* A file's value before it was made the default. */
struct kept {
	const char *plugin;
	char *file;
	char *value;
};

/* What was in force before, to go back to. */
struct before {
	struct kept *kept;
	size_t kept_count;
	struct settings values;
	/* Plugins that it did not have. */
	struct settings given;
	/* Of the plugin "syscall", whose rules are no single values. */
	char *fallback;
	char *rules;
	char *objects;
	/* Something was collected or is in force that was not. */
	bool touched;
	bool committed;
	/* What group_note() says. */
	char *policies;
};

/* In full where debugfs is there, else as much as fits into a page. */
static char *read_list(const char *name, const char *file)
{
	return instance_read_full(name, "syscall", file) ?:
		       instance_read(name, "syscall", file);
}

static void remember(const char *name, const struct settings *settings,
		     struct before *before)
{
	const struct setting *setting;
	char *value;
	size_t i;

	before->fallback = instance_read(name, "syscall", "default");
	before->rules = read_list(name, "rules");
	before->objects = read_list(name, "objects");
	for (i = 0; i < settings->count; i++) {
		setting = &settings->list[i];
		if (!setting->file || !strcmp(setting->plugin, "syscall"))
			continue;
		value = instance_read(name, setting->plugin, setting->file);
		if (value && *value)
			settings_add(&before->values, setting->plugin,
				     setting->file, "%s", value);
		free(value);
	}
}

/* What is not known in full could not be put back. */
static int check_lists(const char *name, const struct settings *settings,
		       const struct before *before)
{
	size_t i;

	if (!is_cut(before->rules) && !is_cut(before->objects))
		return 0;
	for (i = 0; i < settings->count; i++)
		if (!strcmp(settings->list[i].plugin, "syscall"))
			return fault(
				"%s: its rules are more than fit into a page, and could not be put back if the change failed: mount -t debugfs debugfs /sys/kernel/debug",
				name);
	return 0;
}

/* What a write does that no other write takes back. */
static bool is_for_good(const struct setting *setting)
{
	static const struct {
		const char *plugin;
		const char *file;
	} some[] = { { "syscall", "learn" }, { "log", "clear" } };
	size_t i;

	for (i = 0; setting->file && i < ARRAY_SIZE(some); i++)
		if (!strcmp(setting->plugin, some[i].plugin) &&
		    !strcmp(setting->file, some[i].file))
			return true;
	return false;
}

static int check_alone(const char *name, const struct settings *settings)
{
	const struct setting *setting;
	size_t i;

	for (i = 0; settings->count > 1 && i < settings->count; i++) {
		setting = &settings->list[i];
		if (is_for_good(setting))
			return fault(
				"%s: %s.%s could not be put back if another one is refused: set it by itself",
				name, setting->plugin, setting->file);
	}
	return 0;
}

static void forget(struct before *before)
{
	size_t i;

	for (i = 0; i < before->kept_count; i++) {
		free(before->kept[i].file);
		free(before->kept[i].value);
	}
	free(before->kept);
	free(before->policies);
	settings_free(&before->given);
	settings_free(&before->values);
	free(before->fallback);
	free(before->rules);
	free(before->objects);
}

static void stage_lines(const char *name, char *lines, const char *to)
{
	char *line;

	while ((line = strsep(&lines, "\n")))
		if (*line && *line != '#')
			instance_write(name, "syscall", to, line);
}

/*
 * What was collected and never committed must not be in force with the next
 * commit. What others had collected cannot be told from it.
 */
static void restore_rules(const char *name, struct before *before)
{
	if (!before->touched)
		return;
	warning("%s: what was collected and not committed before is gone, too",
		name);
	if (instance_write(name, "syscall", "reset", "1"))
		return;
	stage_lines(name, before->fallback, "default");
	stage_lines(name, before->rules, "rules_add");
	stage_lines(name, before->objects, "object_add");
	if (before->committed)
		instance_write(name, "syscall", "commit", "1");
}

static void set_to_defaults(const char *name, const char *plugin)
{
	size_t i, count;
	char **files = instance_files(name, plugin, &count);
	const char *value;

	for (i = 0; files && i < count; i++) {
		value = profile_default(plugin, files[i]);
		if (value)
			instance_write(name, plugin, files[i], value);
	}
	name_list_free(files, count);
}

/*
 * A live vkernel's may be busy already, and stay: then as an empty section has
 * it.
 */
static void take_given(const char *name, const struct before *before)
{
	size_t i;

	for (i = 0; i < before->given.count; i++) {
		set_to_defaults(name, before->given.list[i].plugin);
		instance_take(name, before->given.list[i].plugin);
	}
}

static void restore(const char *name, struct before *before)
{
	const struct setting *setting;
	size_t i;

	take_given(name, before);
	if (before->policies)
		group_put_back(name, before->policies);
	for (i = before->kept_count; i; i--)
		instance_write(name, before->kept[i - 1].plugin,
			       before->kept[i - 1].file,
			       before->kept[i - 1].value);
	for (i = before->values.count; i; i--) {
		setting = &before->values.list[i - 1];
		instance_write(name, setting->plugin, setting->file,
			       setting->value);
	}
	restore_rules(name, before);
}

static bool is_set(const struct settings *settings, const char *plugin,
		   const char *file)
{
	size_t i;

	for (i = 0; i < settings->count; i++)
		if (settings->list[i].file &&
		    !strcmp(settings->list[i].plugin, plugin) &&
		    !strcmp(settings->list[i].file, file))
			return true;
	return false;
}

static int put_default(const char *name, const struct settings *settings,
		       const char *plugin, const char *file, const char *value,
		       struct before *before)
{
	char *old = instance_read(name, plugin, file);
	int err = 0;

	if (old && strcmp(old, value)) {
		before->kept = need(
			realloc(before->kept, (before->kept_count + 1) *
						      sizeof(*before->kept)));
		before->kept[before->kept_count++] =
			(struct kept){ plugin, text("%s", file),
				       text("%s", old) };
		err = instance_write(name, plugin, file, value);
	}
	free(old);
	return err ? fault("%s: %s.%s \"%s\": %s", settings->source, plugin,
			   file, value, instance_reason(ACT_WRITE, file, err)) :
		     0;
}

/*
 * What the profile does not say is what it would be in a new vkernel. What it
 * says is not changed in between.
 */
static int put_defaults(const char *name, const struct settings *settings,
			const char *plugin, struct before *before)
{
	size_t i, count;
	char **files = instance_files(name, plugin, &count);
	const char *value;
	int err = 0;

	for (i = 0; files && i < count && !err; i++) {
		value = profile_default(plugin, files[i]);
		if (value && !is_set(settings, plugin, files[i]))
			err = put_default(name, settings, plugin, files[i],
					  value, before);
	}
	name_list_free(files, count);
	return err;
}

/* A plugin that it has begins anew, one that it has not it is given. */
static int begin(const char *name, const struct settings *settings,
		 const struct setting *setting, struct before *before)
{
	int err;

	if (!instance_has_file(name, setting->plugin, NULL)) {
		settings_add(&before->given, setting->plugin, NULL, "%s", "");
		return give(name, settings, setting);
	}
	if (strcmp(setting->plugin, "syscall"))
		return put_defaults(name, settings, setting->plugin, before);
	err = instance_write(name, setting->plugin, "reset", "1");
	before->touched = true;
	return err ? refuse(settings, setting,
			    instance_reason(ACT_WRITE, "reset", err)) :
		     0;
}

static int change_group(const char *name, const struct settings *settings,
			const struct setting *setting, struct before *before)
{
	char *words = instance_read(name, NULL, "pid");
	pid_t pid = words ? atoi(words) : 0;

	free(words);
	if (pid && !before->policies)
		before->policies = group_note(name, pid);
	return put_group(name, settings, setting, pid);
}

static int change(const char *name, struct pen *pen,
		  const struct settings *settings,
		  const struct setting *setting, struct before *before)
{
	if (is_groups(setting))
		return change_group(name, settings, setting, before);
	if (!setting->file)
		return begin(name, settings, setting, before);
	if (!setting->literal && !strcmp(setting->plugin, "syscall"))
		before->touched = true;
	if (put(name, pen, settings, setting))
		return -1;
	if (!strcmp(setting->plugin, "syscall"))
		before->touched = true;
	if (!strcmp(setting->file, "commit"))
		before->committed = true;
	return 0;
}

int apply_change(const char *name, const struct settings *settings)
{
	struct before before = { 0 };
	struct pen pen = { NULL };
	size_t i;
	int err = 0;

	remember(name, settings, &before);
	if (check_alone(name, settings) ||
	    check_lists(name, settings, &before)) {
		forget(&before);
		return -1;
	}
	for (i = 0; i < settings->count && !err; i++)
		err = change(name, &pen, settings, &settings->list[i], &before);
	pen_drop(&pen);
	if (err)
		restore(name, &before);
	forget(&before);
	return err;
}
