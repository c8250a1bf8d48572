// SPDX-License-Identifier: GPL-2.0
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "rules.h"
#include "vkernel.h"

/* --- Words ---------------------------------------------------------------- */

static const char *const abi_names[VERDICT_ABIS] = {
	[VERDICT_X64] = "x64",
	[VERDICT_IA32] = "ia32",
	[VERDICT_X32] = "x32",
};

/* clang-format off */
/* Those that a rule is likely to give; any other is written as a number. */
static const struct verdict_name {
	const char *name;
	u16 verdict;
} verdict_names[] = {
	{ "allow", VERDICT_ALLOW },
	{ "default", VERDICT_DEFAULT },
	{ "EPERM", EPERM },
	{ "ENOENT", ENOENT },
	{ "EAGAIN", EAGAIN },
	{ "ENOMEM", ENOMEM },
	{ "EACCES", EACCES },
	{ "EBUSY", EBUSY },
	{ "EINVAL", EINVAL },
	{ "ENOSYS", ENOSYS },
	{ "EOPNOTSUPP", EOPNOTSUPP },
};
/* clang-format on */

static const char *verdict_name(u16 verdict)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdict_names); i++)
		if (verdict_names[i].verdict == verdict)
			return verdict_names[i].name;
	return NULL;
}

/* Decimal digits only: kstrtouint() would take a sign and a newline too. */
static int parse_number(const char *text, unsigned int *number)
{
	if (!isdigit(text[0]) || text[strlen(text) - 1] == '\n')
		return -EINVAL;
	return kstrtouint(text, 10, number);
}

static int parse_verdict(const char *text, u16 *verdict)
{
	unsigned int number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdict_names); i++) {
		if (!strcmp(text, verdict_names[i].name)) {
			*verdict = verdict_names[i].verdict;
			return 0;
		}
	}
	/* Higher ones are the kernel's own: one would restart the call. */
	if (parse_number(text, &number) || !number ||
	    number > VERDICT_MAX_ERRNO)
		return -EINVAL;
	*verdict = number;
	return 0;
}

/*
 * The kernel may be built without an ABI; then a rule for it would be a promise
 * that nobody keeps.
 */
static bool abi_exists(enum verdict_abi abi)
{
	if (abi == VERDICT_IA32)
		return IS_ENABLED(CONFIG_IA32_EMULATION);
	if (abi == VERDICT_X32)
		return IS_ENABLED(CONFIG_X86_X32_ABI);
	return true;
}

static int parse_abi(const char *text, enum verdict_abi *abi)
{
	int i = match_string(abi_names, VERDICT_ABIS, text);

	if (i < 0)
		return -EINVAL;
	*abi = i;
	return abi_exists(i) ? 0 : -EOPNOTSUPP;
}

/* --- One rule: "ABI NUMBER VERDICT" --------------------------------------- */

struct rule {
	enum verdict_abi abi;
	unsigned int nr;
	u16 verdict;
};

static int parse_rule(char *line, struct rule *rule)
{
	char *abi = strsep(&line, " ");
	char *nr = strsep(&line, " ");
	int err;

	if (!nr || !line)
		return -EINVAL;
	err = parse_abi(abi, &rule->abi);
	if (err)
		return err;
	if (parse_number(nr, &rule->nr) ||
	    rule->nr >= verdicts_count(rule->abi))
		return -EINVAL;
	return parse_verdict(line, &rule->verdict);
}

static int stage_rule(struct rules *rules, char *line)
{
	struct rule rule;
	int err = parse_rule(line, &rule);

	if (err)
		return err;
	if (verdicts_essential(rule.abi, rule.nr))
		return rule.verdict == VERDICT_ALLOW ? 0 : -EPERM;
	mutex_lock(&rules->lock);
	rules->staged.of[verdicts_first(rule.abi) + rule.nr] = rule.verdict;
	mutex_unlock(&rules->lock);
	return 0;
}

static int stage_fallback(struct rules *rules, char *line)
{
	u16 verdict;
	int err = parse_verdict(line, &verdict);

	if (err || verdict == VERDICT_DEFAULT)
		return -EINVAL;
	mutex_lock(&rules->lock);
	rules->staged.fallback = verdict;
	mutex_unlock(&rules->lock);
	return 0;
}

static const struct verdicts *in_force(const struct rules *rules)
{
	return rcu_dereference_protected(rules->published,
					 lockdep_is_held(&rules->lock));
}

/* --- Commit --------------------------------------------------------------- */

static int commit(struct rules *rules)
{
	const struct verdicts *old, *new;

	new = verdicts_publish(&rules->staged);
	if (!new)
		return -ENOMEM;
	old = rcu_replace_pointer(rules->published, new,
				  lockdep_is_held(&rules->lock));
	/* Pairs with the lock-free readers in main.c. */
	if (old)
		synchronize_rcu();
	verdicts_free(old);
	return 0;
}

static int commit_line(struct rules *rules, char *line)
{
	int err;

	if (strcmp(line, "1"))
		return -EINVAL;
	mutex_lock(&rules->lock);
	err = commit(rules);
	mutex_unlock(&rules->lock);
	return err;
}

/* --- Files ---------------------------------------------------------------- */

/* One write is one line; a newline at its end is optional. */
static ssize_t store_line(struct config_item *item, const char *page,
			  size_t count,
			  int (*act)(struct rules *rules, char *line))
{
	char line[40];
	size_t length = count;
	int err;

	if (!vkernel_may_configure())
		return -EPERM;
	if (length && page[length - 1] == '\n')
		length--;
	if (length >= sizeof(line) || strlen(page) != count)
		return -EINVAL;
	memcpy(line, page, length);
	line[length] = '\0';
	err = act(vkernel_plugin_state(item), line);
	return err ?: count;
}

static ssize_t rules_rules_add_store(struct config_item *item, const char *page,
				     size_t count)
{
	return store_line(item, page, count, stage_rule);
}

static ssize_t rules_commit_store(struct config_item *item, const char *page,
				  size_t count)
{
	return store_line(item, page, count, commit_line);
}

static ssize_t rules_default_store(struct config_item *item, const char *page,
				   size_t count)
{
	return store_line(item, page, count, stage_fallback);
}

static int emit_verdict(char *page, int at, u16 verdict)
{
	const char *name = verdict_name(verdict);

	if (name)
		return sysfs_emit_at(page, at, "%s\n", name);
	return sysfs_emit_at(page, at, "%u\n", verdict);
}

static ssize_t rules_default_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);
	const struct verdicts *verdicts;
	u16 verdict;

	mutex_lock(&rules->lock);
	verdicts = in_force(rules);
	verdict = verdicts ? verdicts->fallback : VERDICT_ALLOW;
	mutex_unlock(&rules->lock);
	return emit_verdict(page, 0, verdict);
}

/* A file of configfs is at most a page: room for the line that says so. */
#define RULES_PAGE (PAGE_SIZE - 64)

static int emit_abi(char *page, int at, const struct verdicts *verdicts,
		    enum verdict_abi abi, unsigned int *cut)
{
	const u16 *table = verdicts->of + verdicts_first(abi);
	unsigned int nr;

	for (nr = 0; nr < verdicts_count(abi); nr++) {
		if (table[nr] == VERDICT_DEFAULT || verdicts_essential(abi, nr))
			continue;
		if (at >= RULES_PAGE) {
			++*cut;
			continue;
		}
		at += sysfs_emit_at(page, at, "%s %u ", abi_names[abi], nr);
		at += emit_verdict(page, at, table[nr]);
	}
	return at;
}

static int emit_rules(char *page, const struct verdicts *verdicts)
{
	unsigned int cut = 0;
	int at = 0;
	enum verdict_abi abi;

	for (abi = 0; abi < VERDICT_ABIS; abi++)
		at = emit_abi(page, at, verdicts, abi, &cut);
	if (cut)
		at += sysfs_emit_at(page, at, "# and %u more\n", cut);
	return at;
}

static ssize_t rules_rules_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);
	const struct verdicts *verdicts;
	int length;

	mutex_lock(&rules->lock);
	verdicts = in_force(rules);
	length = verdicts ? emit_rules(page, verdicts) : 0;
	mutex_unlock(&rules->lock);
	return length;
}

static ssize_t rules_denied_show(struct config_item *item, char *page)
{
	struct rules *rules = vkernel_plugin_state(item);

	return sysfs_emit(page, "%lld\n", atomic64_read(&rules->denied));
}

CONFIGFS_ATTR_WO(rules_, rules_add);
CONFIGFS_ATTR_WO(rules_, commit);
CONFIGFS_ATTR(rules_, default);
CONFIGFS_ATTR_RO(rules_, rules);
CONFIGFS_ATTR_RO(rules_, denied);

/* clang-format off */
struct configfs_attribute *rules_attrs[] = {
	&rules_attr_rules_add,
	&rules_attr_commit,
	&rules_attr_default,
	&rules_attr_rules,
	&rules_attr_denied,
	NULL,
};
/* clang-format on */

/* --- Life ----------------------------------------------------------------- */

void *rules_create(struct vkernel *vk)
{
	struct rules *rules = kzalloc(sizeof(*rules), GFP_KERNEL);

	if (!rules)
		return ERR_PTR(-ENOMEM);
	mutex_init(&rules->lock);
	verdicts_init(&rules->staged);
	return rules;
}

void rules_destroy(void *state)
{
	struct rules *rules = state;

	/* No reader is left, and no file is open: nobody else has it. */
	verdicts_free(rcu_dereference_protected(rules->published, true));
	kfree(rules);
}

void rules_retire(void *state)
{
	struct rules *rules = state;

	mutex_lock(&rules->lock);
	/* No task has found its way here since the vkernel was disarmed. */
	verdicts_free(in_force(rules));
	RCU_INIT_POINTER(rules->published, NULL);
	mutex_unlock(&rules->lock);
}

size_t rules_memory(void *state)
{
	struct rules *rules = state;

	return sizeof(*rules) +
	       (rcu_access_pointer(rules->published) ? PAGE_SIZE : 0);
}
