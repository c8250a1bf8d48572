// SPDX-License-Identifier: GPL-2.0
/*
 * fentry FUNCTION [fentry|fexit]... - count the calls of a kernel function by
 * BPF programs at its entry (if nothing is said) or at its end
 *
 * Says "attached", and prints the count of each program for each line of its
 * input and at its end. The program is written by hand (seven instructions), so
 * that nothing but the kernel's own headers is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PROGRAMS 4
#define ARRAY_SIZE(array) (sizeof(array) / sizeof(*(array)))

static void fail(const char *what)
{
	fprintf(stderr, "fentry: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int bpf(enum bpf_cmd command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static char *read_btf(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY);
	size_t done = 0;
	struct stat stat;
	ssize_t got = 1;
	char *btf;

	if (fd < 0 || fstat(fd, &stat))
		fail("/sys/kernel/btf/vmlinux");
	btf = malloc(stat.st_size);
	if (!btf)
		fail("memory");
	while (got > 0 && done < (size_t)stat.st_size) {
		got = read(fd, btf + done, stat.st_size - done);
		done += got;
	}
	if (got < 0)
		fail("/sys/kernel/btf/vmlinux");
	close(fd);
	return btf;
}

/* What follows a type's header. */
static size_t btf_extra(const struct btf_type *type)
{
	size_t count = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return 12;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return 12 * count;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * count;
	default:
		return 0;
	}
}

/* Ids count from 1, in the order of the types. */
static uint32_t find_function(const char *name)
{
	char *btf = read_btf(), *at, *end;
	const struct btf_header *header = (void *)btf;
	const char *strings = btf + header->hdr_len + header->str_off;
	const struct btf_type *type;
	uint32_t id;

	at = btf + header->hdr_len + header->type_off;
	end = at + header->type_len;
	for (id = 1; at < end; id++) {
		type = (void *)at;
		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(strings + type->name_off, name))
			return id;
		at += sizeof(*type) + btf_extra(type);
	}
	errno = ENOENT;
	fail(name);
	return 0;
}

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint64_t),
		.max_entries = 1,
	};
	int map = bpf(BPF_MAP_CREATE, &attr);

	if (map < 0)
		fail("map");
	return map;
}

static int load(uint32_t function, enum bpf_attach_type type, int map)
{
	const struct bpf_insn program[] = {
		/* r1 = &count; r2 = *r1; r2++; *r1 = r2; return 0 */
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = 1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE,
		  .imm = map },
		{},
		{ .code = BPF_LDX | BPF_DW | BPF_MEM,
		  .dst_reg = 2,
		  .src_reg = 1 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = 1 },
		{ .code = BPF_STX | BPF_DW | BPF_MEM,
		  .dst_reg = 1,
		  .src_reg = 2 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static const char license[] = "GPL";
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = type,
		.attach_btf_id = function,
		.insns = (uintptr_t)program,
		.insn_cnt = ARRAY_SIZE(program),
		.license = (uintptr_t)license,
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		fail("program");
	return fd;
}

static void attach(int program)
{
	union bpf_attr attr = { .raw_tracepoint.prog_fd = program };

	if (bpf(BPF_RAW_TRACEPOINT_OPEN, &attr) < 0)
		fail("attach");
}

static uint64_t count_of(int map)
{
	uint32_t key = 0;
	uint64_t value;
	union bpf_attr attr = {
		.map_fd = map,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&value,
	};

	if (bpf(BPF_MAP_LOOKUP_ELEM, &attr))
		fail("count");
	return value;
}

static enum bpf_attach_type type_of(const char *name)
{
	if (!strcmp(name, "fentry"))
		return BPF_TRACE_FENTRY;
	if (!strcmp(name, "fexit"))
		return BPF_TRACE_FEXIT;
	errno = EINVAL;
	fail(name);
	return 0;
}

static void print_counts(const int *maps, int count)
{
	int i;

	for (i = 0; i < count; i++)
		printf("%s%llu", i ? " " : "",
		       (unsigned long long)count_of(maps[i]));
	printf("\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? argc - 2 : 1, maps[PROGRAMS], i;
	uint32_t function;
	char byte;

	if (argc < 2 || count > PROGRAMS) {
		fprintf(stderr, "usage: fentry FUNCTION [fentry|fexit]...\n");
		return 2;
	}
	function = find_function(argv[1]);
	for (i = 0; i < count; i++) {
		maps[i] = make_map();
		attach(load(function,
			    type_of(argc > 2 ? argv[2 + i] : "fentry"),
			    maps[i]));
	}
	puts("attached");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0) {
		if (byte == '\n')
			print_counts(maps, count);
	}
	print_counts(maps, count);
	return 0;
}
