/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Seccomp profiles, of OCI bundles and of Docker's and Podman's kind, as rules
 * of plugins/syscall.
 */
#ifndef VKCTL_SECCOMP_H
#define VKCTL_SECCOMP_H

#include "json.h"
#include "settings.h"
#include "uring.h"

/**
 * struct container - what a profile may ask about the container
 * @capabilities: its bounding set, NULL-terminated; NULL: it has none.
 * @all_capabilities: it has them all.
 * @arch: the machine, as Docker calls it: "amd64".
 * @release: the kernel's.
 */
struct container {
	char **capabilities;
	bool all_capabilities;
	const char *arch;
	const char *release;
};

/**
 * seccomp_action() - the verdict for an OCI action
 * @doc: where it stands.
 * @value: the action, "SCMP_ACT_...".
 * @error: what SCMP_ACT_ERRNO gives.
 *
 * Return: the verdict, for the caller to free; NULL when it has said why there
 * is none.
 */
char *seccomp_action(const struct document *doc, const struct json *value,
		     unsigned int error);

/**
 * struct seccomp_condition - one condition of a rule
 * @argument: number of the argument.
 * @op: libseccomp's number of the comparison.
 * @value: with what, or the mask.
 * @value_two: with what, if there is a mask.
 */
struct seccomp_condition {
	unsigned int argument;
	int op;
	uint64_t value;
	uint64_t value_two;
};

#define SECCOMP_CONDITIONS 32

/**
 * seccomp_conditions() - read "args"
 * @doc: where they stand.
 * @args: the list, or NULL.
 * @list: gets up to SECCOMP_CONDITIONS of them.
 *
 * Return: how many, or -1 when it has said what is wrong.
 */
int seccomp_conditions(const struct document *doc, const struct json *args,
		       struct seccomp_condition *list);

/**
 * seccomp_alternatives() - must each condition be a rule of its own?
 * @list: conditions.
 * @count: how many.
 *
 * runc makes alternatives of them where two are about one argument.
 *
 * Return: whether that is so.
 */
bool seccomp_alternatives(const struct seccomp_condition *list, int count);

/**
 * seccomp_compile() - translate a profile
 * @doc: where it stands.
 * @profile: the object that has "defaultAction".
 * @container: whom it is for.
 * @settings: gets the rules.
 * @uring: gets what they say.
 *
 * Return: 0, or -1 when it has said what is wrong.
 */
int seccomp_compile(const struct document *doc, const struct json *profile,
		    const struct container *container,
		    struct settings *settings, struct uring *uring);

#endif /* VKCTL_SECCOMP_H */
