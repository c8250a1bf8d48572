// SPDX-License-Identifier: GPL-2.0
/*
 * json_bytes: what is on standard input, as vkctl prints it as a JSON string.
 */
#include <stdio.h>

#include "json.h"

int main(void)
{
	struct json *value;
	char bytes[4096];
	int err;

	bytes[fread(bytes, 1, sizeof(bytes) - 1, stdin)] = '\0';
	value = json_new(JSON_STRING, bytes);
	err = json_print(value, stdout);
	json_free(value);
	return err;
}
