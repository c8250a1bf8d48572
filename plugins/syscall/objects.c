// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "objects.h"
#include "verdicts.h"

static bool path_matches(const struct object_path *rule, const char *name)
{
	if (strncmp(rule->name, name, rule->length))
		return false;
	return rule->prefix || !name[rule->length];
}

static bool bits_match(const u8 *a, const u8 *b, unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes))
		return false;
	return !rest || !((a[bytes] ^ b[bytes]) >> (8 - rest));
}

static bool address_matches(const struct object_address *rule,
			    const struct object_seen *seen)
{
	if (rule->family != OBJECT_ANY_FAMILY && rule->family != seen->family)
		return false;
	if (!seen->anywhere &&
	    !bits_match(rule->address, seen->address, rule->bits))
		return false;
	return rule->low == OBJECT_ANY_PORT ||
	       (seen->port >= rule->low && seen->port <= rule->high);
}

static bool matches(const struct object *rule, const struct object_seen *seen)
{
	if (rule->kind != seen->kind)
		return false;
	if (rule->kind == OBJECT_OPEN)
		return (rule->path.modes & seen->modes) &&
		       (!seen->path || path_matches(&rule->path, seen->path));
	if (rule->kind == OBJECT_CLONE)
		return rule->flags & seen->flags;
	return address_matches(&rule->to, seen);
}

static bool is_stricter(const struct object *rule, const struct object *other)
{
	return !other ||
	       verdict_action(rule->verdict) > verdict_action(other->verdict);
}

static const struct object *find_first(const struct object *rules,
				       unsigned int count,
				       const struct object_seen *seen)
{
	for (; count--; rules++)
		if (matches(rules, seen))
			return rules;
	return NULL;
}

static const struct object *find_strictest(const struct object *rules,
					   unsigned int count,
					   const struct object_seen *seen)
{
	const struct object *strictest = NULL;

	for (; count--; rules++)
		if (matches(rules, seen) && is_stricter(rules, strictest))
			strictest = rules;
	return strictest;
}

/* What is wanted at once, each mode or flag by itself: none hides another. */
static const struct object *find_of_parts(const struct object *rules,
					  unsigned int count,
					  const struct object_seen *seen)
{
	const struct object *rule, *strictest = NULL;
	struct object_seen part = *seen;
	u64 parts = seen->flags;

	/* Opened for neither it is opened all the same. */
	if (seen->kind == OBJECT_OPEN)
		parts = seen->modes & ~OBJECT_ANY ?: OBJECT_ANY;
	for (; parts; parts &= parts - 1) {
		part.flags = parts & -parts;
		part.modes = part.flags | OBJECT_ANY;
		rule = find_first(rules, count, &part);
		if (rule && is_stricter(rule, strictest))
			strictest = rule;
	}
	return strictest;
}

const struct object *objects_find(const struct object *rules,
				  unsigned int count,
				  const struct object_seen *seen)
{
	bool known = seen->kind == OBJECT_OPEN ? !!seen->path : !seen->anywhere;

	if (!known)
		return find_strictest(rules, count, seen);
	if (seen->kind == OBJECT_OPEN || seen->kind == OBJECT_CLONE)
		return find_of_parts(rules, count, seen);
	return find_first(rules, count, seen);
}

u32 objects_ask(const struct object *rules, unsigned int count,
		const struct object_seen *seen)
{
	const struct object *rule = objects_find(rules, count, seen);

	return rule ? rule->verdict : VERDICT_ALLOW;
}
