// SPDX-License-Identifier: GPL-2.0
/*
 * uffd FILE COUNT: have COUNT pages copied, by userfaultfd, to where FILE has a
 * page already, which fails each time. Says "COUNT times EEXIST" or what else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "missing.h"

static int give_up(const char *what)
{
	printf("%s: %s\n", what, strerrorname_np(errno));
	return 1;
}

int main(int argc, char **argv)
{
	static char page[PAGE];
	int file = argc == 3 ? open(argv[1], O_RDWR) : -1, uffd, i;
	void *area =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	struct uffdio_copy copy = {
		.dst = (uintptr_t)area,
		.src = (uintptr_t)page,
		.len = PAGE,
	};

	if (area == MAP_FAILED)
		return give_up("mmap");
	/* Of the area's faults, those of pages that the file lacks. */
	uffd = missing_watch(area, UFFD_USER_MODE_ONLY);
	if (uffd < 0)
		return give_up("userfaultfd");
	for (i = 0; i < atoi(argv[2]); i++)
		if (!ioctl(uffd, UFFDIO_COPY, &copy) || errno != EEXIST)
			return give_up("copy");
	printf("%d times EEXIST\n", i);
	return 0;
}
