/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules on what a call's arguments point to: the file that is opened, the
 * address that a socket is to go to, the namespaces that a child is to get.
 *
 * Judged where the kernel has made its own copy, or has found the file, so that
 * nobody can change it after a look; see sentry.c.
 *
 * Pure: what was seen in, a verdict out.
 */
#ifndef SYSCALL_OBJECTS_H
#define SYSCALL_OBJECTS_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum object_kind - what is judged
 * @OBJECT_OPEN: a file, when it is opened.
 * @OBJECT_CONNECT: where a socket is connected to.
 * @OBJECT_BIND: what a socket is bound to.
 * @OBJECT_SEND: where a message that names its destination goes.
 * @OBJECT_CLONE: the flags of a new task, or of unshare().
 * @OBJECT_KINDS: how many there are.
 */
enum object_kind {
	OBJECT_OPEN,
	OBJECT_CONNECT,
	OBJECT_BIND,
	OBJECT_SEND,
	OBJECT_CLONE,
	OBJECT_KINDS
};

/* How a file is opened. */
#define OBJECT_READ BIT(0)
#define OBJECT_WRITE BIT(1)
/* Also without either. */
#define OBJECT_ANY BIT(2)

/* Longer than any pattern of a rule. */
#define OBJECT_PATH 256

/* Rules with these do not ask for a family, or for a port. */
#define OBJECT_ANY_FAMILY 0
#define OBJECT_ANY_PORT (-1)

/**
 * struct object_path - which files, and how opened
 * @modes: any of them, %OBJECT_READ and so on.
 * @prefix: names that begin with @name, not only that one.
 * @length: of @name.
 * @name: an absolute path.
 */
struct object_path {
	u8 modes;
	bool prefix;
	u16 length;
	char name[OBJECT_PATH];
};

/**
 * struct object_address - which addresses
 * @family: %AF_INET and so on, or %OBJECT_ANY_FAMILY.
 * @bits: how many bits of @address count.
 * @low: the lowest port, or %OBJECT_ANY_PORT.
 * @high: the highest one.
 * @address: in network order.
 */
struct object_address {
	u16 family;
	u8 bits;
	s32 low;
	s32 high;
	u8 address[16];
};

/**
 * struct object - one rule
 * @verdict: allow, log, or an errno.
 * @kind: enum object_kind, says which of the following counts.
 * @path: for %OBJECT_OPEN.
 * @to: for sockets.
 * @flags: for %OBJECT_CLONE: any of them.
 */
struct object {
	u32 verdict;
	u8 kind;
	union {
		struct object_path path;
		struct object_address to;
		u64 flags;
	};
};

/**
 * struct object_seen - what is about to happen
 * @kind: which rules are about it.
 * @path: the file's name, NULL if it has none that says where it is.
 * @modes: how it is opened; %OBJECT_ANY is among them.
 * @family: of the address; IPv4 in the clothes of IPv6 is IPv4.
 * @port: of an address of IPv4 or IPv6, or %OBJECT_ANY_PORT.
 * @address: the same.
 * @anywhere: it could be any address of the family.
 * @flags: of a new task.
 */
struct object_seen {
	enum object_kind kind;
	const char *path;
	u8 modes;
	u16 family;
	s32 port;
	u8 address[16];
	bool anywhere;
	u64 flags;
};

/**
 * objects_find() - the rule that decides about an object
 * @rules: the rules, in their order.
 * @count: how many.
 * @seen: what is about to happen.
 *
 * The first rule that matches decides; of a file that is opened in several
 * modes, or of several flags, for each of them, and then the strictest. A file
 * without a name could be any, and so can an address: there the strictest does
 * of all rules about the modes, or about the family and the port.
 *
 * Context: any.
 * Return: the rule, NULL if there is none.
 */
const struct object *objects_find(const struct object *rules,
				  unsigned int count,
				  const struct object_seen *seen);

/**
 * objects_ask() - the verdict on an object
 * @rules: the rules, in their order.
 * @count: how many.
 * @seen: what is about to happen.
 *
 * Context: any.
 * Return: that of objects_find(); where no rule is, %VERDICT_ALLOW.
 */
u32 objects_ask(const struct object *rules, unsigned int count,
		const struct object_seen *seen);

#endif /* SYSCALL_OBJECTS_H */
