/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a seccomp filter to rules: what does the program decide for a call,
 * depending on its arguments?
 *
 * libseccomp combines the rules of a profile in ways of its own: a rule without
 * conditions beats all others of its call, the rest become a tree. Nothing of
 * that is repeated here: libseccomp writes its program, and that is read.
 */
#ifndef VKCTL_BPF_H
#define VKCTL_BPF_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "syscall.h"

#define BPF_ARGUMENTS 6

/**
 * struct bpf_path - a way through the program: what holds for the arguments
 * @mask: the bits of each argument that are known.
 * @value: what they are.
 * @least: it is not less than this.
 */
struct bpf_path {
	uint64_t mask[BPF_ARGUMENTS];
	uint64_t value[BPF_ARGUMENTS];
	uint64_t least[BPF_ARGUMENTS];
};

/**
 * struct bpf_decision - where a way ends
 * @path: the way. All zero: all other arguments.
 * @action: what the filter returns there.
 */
struct bpf_decision {
	struct bpf_path path;
	uint32_t action;
};

/**
 * struct bpf_decisions - all ways: the first that fits decides, one always fits
 * @list: the ways.
 * @count: how many.
 */
struct bpf_decisions {
	struct bpf_decision *list;
	size_t count;
};

/**
 * bpf_decide() - all that a filter decides about one call
 * @code: the filter.
 * @count: its instructions.
 * @abi: the ABI.
 * @number: the call, without x32's bit.
 * @decisions: filled in; the caller frees its list.
 *
 * Return: NULL, or what about the filter is not understood.
 */
const char *bpf_decide(const struct sock_filter *code, size_t count,
		       enum abi abi, uint32_t number,
		       struct bpf_decisions *decisions);

/**
 * bpf_conditions() - a way, as conditions of a rule
 * @abi: the ABI.
 * @path: the way.
 *
 * Return: a string of conditions, each with a blank in front, for the caller to
 * free.
 */
char *bpf_conditions(enum abi abi, const struct bpf_path *path);

#endif /* VKCTL_BPF_H */
