// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../../plugins/syscall/detours.h"
#include "uring.h"

/* What io_uring's operations stand for. */
static const unsigned short x64[] = { DETOURS_X64 };
static const unsigned short ia32[] = { DETOURS_IA32 };
static const unsigned short x32[] = { DETOURS_X32 };

static const struct {
	const unsigned short *calls;
	size_t count;
} detours[ABIS] = {
	[ABI_X64] = { x64, sizeof(x64) / sizeof(*x64) },
	[ABI_IA32] = { ia32, sizeof(ia32) / sizeof(*ia32) },
	[ABI_X32] = { x32, sizeof(x32) / sizeof(*x32) },
};

static const char *const ways_in[] = {
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	NULL,
};

enum fate uring_fate(const char *verdict)
{
	if (!strcmp(verdict, "default"))
		return UNSAID;
	return strcmp(verdict, "allow") && strcmp(verdict, "log") ? DENIED :
								    ALLOWED;
}

/* A call is denied if one of its rules denies it. */
void uring_note(struct uring *uring, enum abi abi, unsigned int number,
		const char *verdict)
{
	if (number < SYSCALL_NUMBERS && uring->calls[abi][number] != DENIED)
		uring->calls[abi][number] = uring_fate(verdict);
}

static enum fate fate(const struct uring *uring, enum abi abi, int number)
{
	enum fate said = uring->calls[abi][number];

	return said == UNSAID ? uring->fallback[abi] : said;
}

/* The first call that is denied, -1 if none is. */
static int denied(const struct uring *uring, enum abi abi)
{
	size_t i;

	for (i = 0; i < detours[abi].count; i++)
		if (fate(uring, abi, detours[abi].calls[i]) == DENIED)
			return detours[abi].calls[i];
	return -1;
}

/* A rule with conditions would still be asked before the one that comes. */
static void drop_rules(struct settings *settings, enum abi abi, int number)
{
	char *prefix = text("%s %d ", abi_name(abi), number);
	struct setting *from = settings->list, *to = from;
	size_t i, count = settings->count;

	for (i = 0; i < count; i++, from++) {
		if (from->file && !strcmp(from->file, "rules_add") &&
		    !strncmp(from->value, prefix, strlen(prefix))) {
			free(from->value);
			settings->count--;
			continue;
		}
		*to++ = *from;
	}
	free(prefix);
}

static bool close_way(const struct uring *uring, enum abi abi, const char *name,
		      struct settings *settings)
{
	int number = syscall_number(abi, name);

	if (fate(uring, abi, number) != ALLOWED)
		return false;
	drop_rules(settings, abi, number);
	settings_add(settings, "syscall", "rules_add", "%s %d 1", abi_name(abi),
		     number);
	return true;
}

void uring_close(struct uring *uring, struct settings *settings)
{
	const char *const *name;
	enum abi abi;
	bool closed;
	int why;

	for (abi = 0; abi < ABIS; abi++) {
		why = denied(uring, abi);
		if (why < 0)
			continue;
		closed = false;
		for (name = ways_in; *name; name++)
			closed |= close_way(uring, abi, *name, settings);
		if (closed)
			warning("%s: io_uring is denied too (EPERM), because it would do what %s does, which is denied or has conditions",
				abi_name(abi),
				syscall_name(abi, why) ?: "another call");
	}
}

void uring_leave(struct uring *uring, struct settings *settings)
{
	const char *const *name;
	enum abi abi;
	int number;

	for (abi = 0; abi < ABIS; abi++) {
		if (denied(uring, abi) < 0 || uring->fallback[abi] != ALLOWED)
			continue;
		for (name = ways_in; *name; name++) {
			number = syscall_number(abi, *name);
			if (uring->calls[abi][number] == UNSAID)
				settings_add(settings, "syscall", "rules_add",
					     "%s %d allow", abi_name(abi),
					     number);
		}
	}
}
