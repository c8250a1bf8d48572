// SPDX-License-Identifier: GPL-2.0
/*
 * groups: the control group that vkctl finds in what is on standard input.
 */
#include <stdio.h>
#include <stdlib.h>

#include "group.h"

int main(void)
{
	char bytes[4096];
	char *group;

	bytes[fread(bytes, 1, sizeof(bytes) - 1, stdin)] = '\0';
	group = group_in(bytes);
	printf("%s\n", group ? group : "none");
	free(group);
	return 0;
}
