// SPDX-License-Identifier: GPL-2.0
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "syscall.h"

static const struct {
	const char *name;
	uint32_t arch;
} abis[ABIS] = {
	[ABI_X64] = { "x64", SCMP_ARCH_X86_64 },
	[ABI_IA32] = { "ia32", SCMP_ARCH_X86 },
	[ABI_X32] = { "x32", SCMP_ARCH_X32 },
};

const char *abi_name(enum abi abi)
{
	return abis[abi].name;
}

enum abi abi_find(const char *name)
{
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++)
		if (!strcmp(abis[abi].name, name))
			break;
	return abi;
}

uint32_t abi_arch(enum abi abi)
{
	return abis[abi].arch;
}

/* --- Calls ---------------------------------------------------------------- */

/*
 * By number, because libseccomp's way from a name to a number stops half-way
 * where ia32 has two ways to make a call (socket, and socketcall).
 */
static char *names[ABIS][SYSCALL_NUMBERS];
static bool have_names;

static void fill_names(void)
{
	unsigned int number, bit;
	enum abi abi;

	for (abi = 0; abi < ABIS && !have_names; abi++) {
		bit = abi == ABI_X32 ? X32_BIT : 0;
		for (number = 0; number < SYSCALL_NUMBERS; number++)
			names[abi][number] = seccomp_syscall_resolve_num_arch(
				abis[abi].arch, number | bit);
	}
	have_names = true;
}

void syscall_forget(void)
{
	unsigned int number;
	enum abi abi;

	for (abi = 0; abi < ABIS; abi++)
		for (number = 0; number < SYSCALL_NUMBERS; number++)
			free(names[abi][number]);
	memset(names, 0, sizeof(names));
	have_names = false;
}

const char *syscall_name(enum abi abi, unsigned int number)
{
	fill_names();
	return number < SYSCALL_NUMBERS ? names[abi][number] : NULL;
}

int syscall_number(enum abi abi, const char *name)
{
	int number;

	fill_names();
	for (number = 0; number < SYSCALL_NUMBERS; number++)
		if (names[abi][number] && !strcmp(names[abi][number], name))
			return number;
	return -1;
}

/* --- Verdicts ------------------------------------------------------------- */

static const char *const verdict_words[] = {
	"allow", "default", "kill_process", "kill_thread", "log", "trap",
};

/* More than the kernel has. */
#define ERRNO_NAMES 256

int errno_find(const char *name)
{
	const char *known;
	int number;

	for (number = 1; number < ERRNO_NAMES; number++) {
		known = strerrorname_np(number);
		if (known && !strcmp(known, name))
			return number;
	}
	/* Two more names for a number: strerrorname_np() gives the other. */
	if (!strcmp(name, "EWOULDBLOCK"))
		return errno_find("EAGAIN");
	if (!strcmp(name, "EDEADLOCK"))
		return errno_find("EDEADLK");
	return !strcmp(name, "EOPNOTSUPP") ? errno_find("ENOTSUP") : -1;
}

char *verdict_of_errno(unsigned int number)
{
	/* A bare 0 is no error to the plugin. */
	return number ? text("%u", number) : text("errno:0");
}

/* Decimal digits, and not many. */
static bool parse_decimal(const char *word, unsigned int most,
			  unsigned int *number)
{
	size_t digits = strspn(word, "0123456789");

	if (!digits || digits > 5 || word[digits])
		return false;
	*number = strtoul(word, NULL, 10);
	return *number <= most;
}

char *verdict_find(const char *word)
{
	unsigned int number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdict_words); i++)
		if (!strcmp(word, verdict_words[i]))
			return text("%s", word);
	if (errno_find(word) > 0)
		return verdict_of_errno(errno_find(word));
	if (!strncmp(word, "errno:", 6) &&
	    parse_decimal(word + 6, MAX_ERRNO, &number))
		return verdict_of_errno(number);
	if (!strncmp(word, "trap:", 5) &&
	    parse_decimal(word + 5, UINT16_MAX, &number))
		return text("trap:%u", number);
	if (parse_decimal(word, MAX_ERRNO, &number) && number)
		return verdict_of_errno(number);
	return NULL;
}
