// SPDX-License-Identifier: GPL-2.0
/*
 * kerneltext - write the running kernel's text, _stext to _etext, to stdout
 *
 * Through /proc/kcore, an ELF file whose segments say which kernel addresses
 * lie where. Root only.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what)
{
	fprintf(stderr, "kerneltext: %s\n", what);
	exit(1);
}

static unsigned long find_symbol(const char *wanted)
{
	FILE *symbols = fopen("/proc/kallsyms", "r");
	unsigned long address;
	char name[512];

	if (!symbols)
		fail("no /proc/kallsyms");
	while (fscanf(symbols, "%lx %*c %511s%*[^\n]", &address, name) == 2)
		if (!strcmp(name, wanted) && address) {
			fclose(symbols);
			return address;
		}
	fail(wanted);
	return 0;
}

static void read_at(int fd, void *buffer, size_t size, off_t offset)
{
	if (pread(fd, buffer, size, offset) != (ssize_t)size)
		fail("short read of /proc/kcore");
}

/* Where in the file does this address lie? */
static off_t find_offset(int fd, unsigned long address)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	int i;

	read_at(fd, &header, sizeof(header), 0);
	for (i = 0; i < header.e_phnum; i++) {
		read_at(fd, &segment, sizeof(segment),
			header.e_phoff + i * sizeof(segment));
		if (segment.p_type == PT_LOAD && segment.p_vaddr <= address &&
		    address - segment.p_vaddr < segment.p_memsz)
			return segment.p_offset + (address - segment.p_vaddr);
	}
	fail("text is not in /proc/kcore");
	return 0;
}

int main(void)
{
	unsigned long at = find_symbol("_stext"), end = find_symbol("_etext");
	int fd = open("/proc/kcore", O_RDONLY);
	static char buffer[1 << 16];
	off_t offset;
	size_t size;

	if (fd < 0)
		fail("no /proc/kcore");
	for (offset = find_offset(fd, at); at < end; at += size) {
		size = end - at < sizeof(buffer) ? end - at : sizeof(buffer);
		read_at(fd, buffer, size, offset);
		offset += size;
		if (fwrite(buffer, 1, size, stdout) != size)
			fail("cannot write");
	}
	return fflush(stdout) ? 1 : 0;
}
