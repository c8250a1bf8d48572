// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the relocator over the KUnit suite's table, on the host. Exit status 0
 * if all hold, 1 if one does not.
 */
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "reloc_cases.h"

static void print_bytes(const char *what, const u8 *bytes, size_t count)
{
	printf("  %s", what);
	while (count--)
		printf(" %02x", *bytes++);
	printf("\n");
}

static bool holds(const struct reloc_case *test)
{
	u8 code[CASE_MAX_CODE], want[CASE_MAX_CODE], out[RELOC_MAX_TRAMPOLINE];
	struct reloc_result result = { 0 };
	struct reloc_request request = {
		.code = code,
		.room = case_bytes(code, test->code),
		.least = RELOC_JMP_SIZE,
		.from = CASE_FROM,
		.to = CASE_TO,
		.out = out,
		.out_room = sizeof(out),
	};
	enum hookcore_reason reason = reloc_window(&request, &result);
	size_t size;

	if (reason != HOOKCORE_OK || test->reason != HOOKCORE_OK) {
		if (reason == test->reason && result.at == test->window)
			return true;
		printf("%s: reason %d at %zu, not %d at %zu\n", test->name,
		       reason, result.at, test->reason, test->window);
		return false;
	}
	size = case_bytes(want, test->out);
	if (result.window == test->window && result.out_size == size &&
	    !memcmp(out, want, size))
		return true;
	printf("%s: window %zu, not %zu\n", test->name, result.window,
	       test->window);
	print_bytes("got ", out, result.out_size);
	print_bytes("want", want, size);
	return false;
}

int main(void)
{
	size_t i, failed = 0;

	for (i = 0; i < ARRAY_SIZE(reloc_cases); i++)
		failed += !holds(&reloc_cases[i]);
	printf("%zu of %zu cases hold\n", i - failed, i);
	return failed ? 1 : 0;
}
