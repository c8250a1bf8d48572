// SPDX-License-Identifier: GPL-2.0
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <net/ipv6.h>

#include "objects.h"
#include "phrases.h"
#include "words.h"

static const char *const kinds[OBJECT_KINDS] = {
	[OBJECT_OPEN] = "open",	  [OBJECT_CONNECT] = "connect",
	[OBJECT_BIND] = "bind",	  [OBJECT_SEND] = "send",
	[OBJECT_CLONE] = "clone",
};

const char *phrases_kind(unsigned int kind)
{
	return kinds[kind];
}

/* Errnos from 512 on have a meaning inside the kernel. */
#define PHRASES_MAX_ERRNO 511

/* The kernel function can fail, or go on; nothing else can be asked of it. */
static int parse_verdict(const char *text, u32 *verdict)
{
	if (words_parse_verdict(text, verdict) || *verdict == VERDICT_DEFAULT)
		return -EINVAL;
	if (!verdict_denies(*verdict))
		return 0;
	if (verdict_action(*verdict) != VERDICT_ACT_ERRNO ||
	    !verdict_data(*verdict) ||
	    verdict_data(*verdict) > PHRASES_MAX_ERRNO)
		return -EINVAL;
	return 0;
}

/* --- Files ---------------------------------------------------------------- */

static const struct {
	const char *word;
	u8 modes;
} modes[] = {
	{ "any", OBJECT_ANY },
	{ "read", OBJECT_READ },
	{ "write", OBJECT_WRITE },
};

static int parse_modes(const char *word, u8 *mode)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!strcmp(word, modes[i].word)) {
			*mode = modes[i].modes;
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * Blanks are written as in /proc/mounts: \040. A star at the end: the rest; one
 * that is a name's own is written \052.
 */
static int parse_open(char *pattern, char *more, struct object_path *path)
{
	size_t length = strlen(pattern);

	path->prefix = length && pattern[length - 1] == '*';
	if (path->prefix)
		pattern[length - 1] = '\0';
	length = string_unescape_inplace(pattern,
					 UNESCAPE_OCTAL | UNESCAPE_SPECIAL);
	if (pattern[0] != '/' || strlen(pattern) != length)
		return -EINVAL;
	if (length >= sizeof(path->name))
		return -EINVAL;
	memcpy(path->name, pattern, length);
	path->length = length;
	path->modes = OBJECT_ANY;
	return more ? parse_modes(more, &path->modes) : 0;
}

static int write_open(char *text, size_t size, const struct object_path *path)
{
	int at = 0;
	size_t i;

	at += string_escape_mem(path->name, path->length, text, size,
				ESCAPE_OCTAL, " \t\n\\*");
	at = min_t(int, at, size - 1);
	at += scnprintf(text + at, size - at, path->prefix ? "*" : "");
	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (modes[i].modes == path->modes)
			at += scnprintf(text + at, size - at, " %s",
					modes[i].word);
	return at;
}

/* --- Addresses ------------------------------------------------------------ */

static const struct {
	const char *word;
	u16 family;
} families[] = {
	{ "any", OBJECT_ANY_FAMILY }, { "unix", AF_UNIX },
	{ "inet", AF_INET },	      { "inet6", AF_INET6 },
	{ "netlink", AF_NETLINK },    { "packet", AF_PACKET },
	{ "vsock", AF_VSOCK },
};

static int parse_decimal(const char *text, unsigned int most, s32 *number)
{
	unsigned int value;

	if (!isdigit(text[0]) || kstrtouint(text, 10, &value) || value > most)
		return -EINVAL;
	*number = value;
	return 0;
}

static bool find_family(const char *word, u16 *family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (!strcmp(word, families[i].word)) {
			*family = families[i].family;
			return true;
		}
	}
	return false;
}

static int parse_ip(const char *text, struct object_address *to, s32 *most)
{
	const char *end;

	if (in4_pton(text, -1, to->address, -1, &end) && !*end) {
		to->family = AF_INET;
		*most = 32;
		return 0;
	}
	if (!in6_pton(text, -1, to->address, -1, &end) || *end)
		return -EINVAL;
	to->family = AF_INET6;
	*most = 128;
	return 0;
}

/* IPv4 in the clothes of IPv6 is IPv4, here and in what is seen. */
static void undress(struct object_address *to)
{
	if (to->family != AF_INET6 || to->bits < 96 ||
	    !ipv6_addr_v4mapped((struct in6_addr *)to->address))
		return;
	to->family = AF_INET;
	to->bits -= 96;
	memmove(to->address, to->address + 12, 4);
}

static int parse_address(char *text, struct object_address *to)
{
	char *bits = strchr(text, '/');
	s32 most, number;

	if (find_family(text, &to->family))
		return 0;
	if (bits)
		*bits++ = '\0';
	if (parse_ip(text, to, &most))
		return -EINVAL;
	number = most;
	if (bits && parse_decimal(bits, most, &number))
		return -EINVAL;
	to->bits = number;
	undress(to);
	return 0;
}

static int parse_ports(char *text, struct object_address *to)
{
	char *high = strchr(text, '-');

	if (to->family != OBJECT_ANY_FAMILY && to->family != AF_INET &&
	    to->family != AF_INET6)
		return -EINVAL;
	if (high)
		*high++ = '\0';
	if (parse_decimal(text, U16_MAX, &to->low) ||
	    parse_decimal(high ?: text, U16_MAX, &to->high))
		return -EINVAL;
	return to->low <= to->high ? 0 : -EINVAL;
}

static int parse_to(char *address, char *more, struct object_address *to)
{
	to->low = OBJECT_ANY_PORT;
	to->high = OBJECT_ANY_PORT;
	if (parse_address(address, to))
		return -EINVAL;
	return more ? parse_ports(more, to) : 0;
}

static int write_address(char *text, size_t size,
			 const struct object_address *to)
{
	size_t i;

	if (to->bits)
		return scnprintf(text, size,
				 to->family == AF_INET ? "%pI4/%u" : "%pI6c/%u",
				 to->address, to->bits);
	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i].family == to->family)
			return scnprintf(text, size, "%s", families[i].word);
	return 0;
}

static int write_to(char *text, size_t size, const struct object_address *to)
{
	int at = write_address(text, size, to);

	if (to->low != OBJECT_ANY_PORT)
		at += scnprintf(text + at, size - at, " %d-%d", to->low,
				to->high);
	return at;
}

/* --- Flags of a new task -------------------------------------------------- */

static const struct {
	const char *word;
	u64 flag;
} flag_words[] = {
	{ "newcgroup", CLONE_NEWCGROUP }, { "newipc", CLONE_NEWIPC },
	{ "newnet", CLONE_NEWNET },	  { "newns", CLONE_NEWNS },
	{ "newpid", CLONE_NEWPID },	  { "newtime", CLONE_NEWTIME },
	{ "newuser", CLONE_NEWUSER },	  { "newuts", CLONE_NEWUTS },
};

static int parse_flag(const char *word, u64 *flags)
{
	u64 number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flag_words); i++) {
		if (!strcmp(word, flag_words[i].word)) {
			*flags |= flag_words[i].flag;
			return 0;
		}
	}
	if (!str_has_prefix(word, "0x") || !isxdigit(word[2]) ||
	    kstrtou64(word, 16, &number) || !number)
		return -EINVAL;
	*flags |= number;
	return 0;
}

static int parse_clone(char *list, char *more, u64 *flags)
{
	char *word;

	*flags = 0;
	if (more)
		return -EINVAL;
	while ((word = strsep(&list, "|")))
		if (parse_flag(word, flags))
			return -EINVAL;
	return 0;
}

static int write_clone(char *text, size_t size, u64 flags)
{
	int at = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flag_words); i++) {
		if (!(flags & flag_words[i].flag))
			continue;
		at += scnprintf(text + at, size - at, "%s%s", at ? "|" : "",
				flag_words[i].word);
		flags &= ~flag_words[i].flag;
	}
	if (flags)
		at += scnprintf(text + at, size - at, "%s0x%llx", at ? "|" : "",
				flags);
	return at;
}

/* --- Lines ---------------------------------------------------------------- */

static int parse_object(char *what, char *more, struct object *object)
{
	switch ((enum object_kind)object->kind) {
	case OBJECT_OPEN:
		return parse_open(what, more, &object->path);
	case OBJECT_CLONE:
		return parse_clone(what, more, &object->flags);
	default:
		return parse_to(what, more, &object->to);
	}
}

int phrases_parse(char *line, struct object *object)
{
	char *kind = strsep(&line, " ");
	char *what = strsep(&line, " ");
	char *more = strsep(&line, " ");
	char *verdict = strsep(&line, " ");
	int i = match_string(kinds, OBJECT_KINDS, kind);

	memset(object, 0, sizeof(*object));
	if (i < 0 || !more || line)
		return -EINVAL;
	object->kind = i;
	if (parse_verdict(verdict ?: more, &object->verdict))
		return -EINVAL;
	return parse_object(what, verdict ? more : NULL, object);
}

void phrases_object(char *text, size_t size, const struct object *object)
{
	int at = scnprintf(text, size, "%s ", phrases_kind(object->kind));

	if (object->kind == OBJECT_OPEN)
		at += write_open(text + at, size - at, &object->path);
	else if (object->kind == OBJECT_CLONE)
		at += write_clone(text + at, size - at, object->flags);
	else
		at += write_to(text + at, size - at, &object->to);
	at += scnprintf(text + at, size - at, " ");
	words_verdict(text + at, size - at, object->verdict);
}
