// SPDX-License-Identifier: GPL-2.0
/*
 * call DOOR NUMBER [ARGUMENT...] - make one system call through a chosen door
 *
 * DOOR is x64, x32 (the same instruction, bit 30 set in the number) or int80
 * (the 32-bit entry, which 64-bit code may use too). An ARGUMENT that starts
 * with a digit or a minus is a number, any other is passed as the address of
 * the string. Prints the result: a number, or the name of the error.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "door.h"

/* Static and below 4 GiB: int $0x80 cuts addresses to 32 bits. */
static char strings[6][256];

static long parse_argument(char *text, char *buffer)
{
	if (isdigit(text[0]) || text[0] == '-')
		return strtol(text, NULL, 0);
	snprintf(buffer, sizeof(strings[0]), "%s", text);
	return (long)buffer;
}

static long make_call(const char *door, long nr, const uint64_t *arg)
{
	if (!strcmp(door, "x64"))
		return by_syscall(nr, arg);
	if (!strcmp(door, "x32"))
		return by_syscall(nr | X32_BIT, arg);
	if (!strcmp(door, "int80"))
		return by_int80(nr, arg);
	fprintf(stderr, "call: no such door: %s\n", door);
	exit(2);
}

int main(int argc, char **argv)
{
	uint64_t arg[6] = { 0 };
	long ret;
	int i;

	if (argc < 3 || argc > 9) {
		fprintf(stderr, "usage: call DOOR NUMBER [ARGUMENT...]\n");
		return 2;
	}
	for (i = 3; i < argc; i++)
		arg[i - 3] = parse_argument(argv[i], strings[i - 3]);
	ret = make_call(argv[1], strtol(argv[2], NULL, 0), arg);
	if (ret < 0 && ret > -4096)
		printf("%s\n", strerrorname_np(-ret) ?: "unknown");
	else
		printf("%ld\n", ret);
	return 0;
}
