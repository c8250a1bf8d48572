/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that are not there: whoever touches one waits, in the kernel too, until
 * somebody gives it by the descriptor.
 */
#ifndef MISSING_H
#define MISSING_H

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

/* The descriptor for the page at @area; -1, with errno, if it cannot be had. */
static inline int missing_watch(void *area, int flags)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { (uintptr_t)area, PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | flags);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &range))
		return -1;
	return fd;
}

/* One of its own, for reads by the kernel as well; NULL as above. */
static inline char *missing_page(int *fd)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*fd = missing_watch(page, 0);
	return *fd < 0 ? NULL : page;
}

#endif /* MISSING_H */
