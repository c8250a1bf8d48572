// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: which rule on an object matches, and which one decides.
 */
#include <kunit/test.h>
#include <linux/socket.h>

#include "../plugins/syscall/verdicts.h"

#define E(name) VERDICT_ERRNO(name)
/* clang-format off */
#define FILE_RULE(name_, modes_, prefix_, verdict_)                            \
	{ .kind = OBJECT_OPEN, .verdict = verdict_,                            \
	  .path = { .modes = modes_, .prefix = prefix_, .name = name_,         \
		    .length = sizeof(name_) - 1 } }
#define IP_RULE(kind_, bits_, low_, high_, verdict_, ...)                      \
	{ .kind = kind_, .verdict = verdict_,                                  \
	  .to = { .family = AF_INET, .bits = bits_, .low = low_,               \
		  .high = high_, .address = { __VA_ARGS__ } } }
/* clang-format on */

static const struct object files[] = {
	FILE_RULE("/etc/open", OBJECT_ANY, false, VERDICT_ALLOW),
	FILE_RULE("/etc/", OBJECT_WRITE, true, E(EROFS)),
	FILE_RULE("/etc/secret", OBJECT_ANY, false, E(EACCES)),
};

static const struct {
	const char *path;
	u8 modes;
	u32 verdict;
} opens[] = {
	{ "/etc/open", OBJECT_ANY | OBJECT_WRITE, VERDICT_ALLOW },
	{ "/etc/opens", OBJECT_ANY | OBJECT_WRITE, E(EROFS) },
	{ "/etc/ope", OBJECT_ANY | OBJECT_READ, VERDICT_ALLOW },
	{ "/etc/secret", OBJECT_ANY | OBJECT_READ, E(EACCES) },
	{ "/etc/secret", OBJECT_ANY | OBJECT_WRITE, E(EROFS) },
	{ "/etc/secret/x", OBJECT_ANY | OBJECT_READ, VERDICT_ALLOW },
	{ "/etc/secret", OBJECT_ANY, E(EACCES) },
	/* What may be read for itself, and written for itself not. */
	{ "/etc/opens", OBJECT_ANY | OBJECT_READ | OBJECT_WRITE, E(EROFS) },
	{ "/etc/open", OBJECT_ANY | OBJECT_READ | OBJECT_WRITE, VERDICT_ALLOW },
	{ "/etc", OBJECT_ANY | OBJECT_WRITE, VERDICT_ALLOW },
	{ "/", OBJECT_ANY | OBJECT_WRITE, VERDICT_ALLOW },
	/* Without a name it could be any of them. */
	{ NULL, OBJECT_ANY | OBJECT_READ, E(EACCES) },
	{ NULL, OBJECT_ANY | OBJECT_WRITE, E(EROFS) },
};

static void objects_open(struct kunit *test)
{
	struct object_seen seen = { .kind = OBJECT_OPEN };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(opens); i++) {
		seen.path = opens[i].path;
		seen.modes = opens[i].modes;
		KUNIT_EXPECT_EQ_MSG(
			test, objects_ask(files, ARRAY_SIZE(files), &seen),
			opens[i].verdict, "%zu: %s", i, seen.path ?: "none");
	}
}

static const struct object addresses[] = {
	IP_RULE(OBJECT_CONNECT, 32, 80, 80, VERDICT_ALLOW, 10, 1, 2, 3),
	IP_RULE(OBJECT_CONNECT, 12, 1, 1023, E(EACCES), 10, 16),
	IP_RULE(OBJECT_CONNECT, 8, OBJECT_ANY_PORT, OBJECT_ANY_PORT, E(EPERM),
		10),
	IP_RULE(OBJECT_SEND, 0, OBJECT_ANY_PORT, OBJECT_ANY_PORT, E(EIO), 0),
};

static const struct {
	enum object_kind kind;
	u16 family;
	s32 port;
	u8 address[4];
	u32 verdict;
} destinations[] = {
	{ OBJECT_CONNECT, AF_INET, 80, { 10, 1, 2, 3 }, VERDICT_ALLOW },
	{ OBJECT_CONNECT, AF_INET, 81, { 10, 1, 2, 3 }, E(EPERM) },
	{ OBJECT_CONNECT, AF_INET, 80, { 10, 1, 2, 2 }, E(EPERM) },
	{ OBJECT_CONNECT, AF_INET, 1, { 10, 16, 0, 0 }, E(EACCES) },
	{ OBJECT_CONNECT, AF_INET, 1023, { 10, 31, 255, 255 }, E(EACCES) },
	{ OBJECT_CONNECT, AF_INET, 0, { 10, 31, 255, 255 }, E(EPERM) },
	{ OBJECT_CONNECT, AF_INET, 1024, { 10, 31, 255, 255 }, E(EPERM) },
	{ OBJECT_CONNECT, AF_INET, 80, { 10, 32, 0, 0 }, E(EPERM) },
	{ OBJECT_CONNECT, AF_INET, 80, { 11, 0, 0, 0 }, VERDICT_ALLOW },
	{ OBJECT_CONNECT, AF_INET6, 80, { 10, 32, 0, 0 }, VERDICT_ALLOW },
	{ OBJECT_BIND, AF_INET, 81, { 10, 1, 2, 3 }, VERDICT_ALLOW },
	{ OBJECT_SEND, AF_INET, 0, { 255, 255, 255, 255 }, E(EIO) },
	{ OBJECT_SEND, AF_UNIX, OBJECT_ANY_PORT, { 0 }, VERDICT_ALLOW },
};

static void objects_address(struct kunit *test)
{
	struct object_seen seen = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(destinations); i++) {
		seen.kind = destinations[i].kind;
		seen.family = destinations[i].family;
		seen.port = destinations[i].port;
		memcpy(seen.address, destinations[i].address, 4);
		KUNIT_EXPECT_EQ_MSG(test,
				    objects_ask(addresses,
						ARRAY_SIZE(addresses), &seen),
				    destinations[i].verdict, "%zu", i);
	}
}

/* It could be any address: the strictest counts, if family and port fit. */
static void objects_anywhere(struct kunit *test)
{
	struct object_seen seen = { .kind = OBJECT_CONNECT,
				    .family = AF_INET,
				    .port = 80,
				    .anywhere = true };

	KUNIT_EXPECT_EQ(test,
			objects_ask(addresses, ARRAY_SIZE(addresses), &seen),
			E(EACCES));
	seen.family = AF_INET6;
	KUNIT_EXPECT_EQ(test,
			objects_ask(addresses, ARRAY_SIZE(addresses), &seen),
			VERDICT_ALLOW);
	seen.family = AF_INET;
	seen.port = 1024;
	KUNIT_EXPECT_EQ(test,
			objects_ask(addresses, ARRAY_SIZE(addresses), &seen),
			E(EPERM));
}

static void objects_clone(struct kunit *test)
{
	static const struct object rules[] = {
		{ .kind = OBJECT_CLONE, .verdict = E(EPERM), .flags = 0x30 },
		{ .kind = OBJECT_CLONE,
		  .verdict = VERDICT_ALLOW,
		  .flags = 0x40 },
		{ .kind = OBJECT_CLONE, .verdict = E(EACCES), .flags = 0xc0 },
	};
	struct object_seen seen = { .kind = OBJECT_CLONE, .flags = 0x11 };

	KUNIT_EXPECT_EQ(test, objects_ask(rules, 1, &seen), E(EPERM));
	seen.flags = 0x4f;
	KUNIT_EXPECT_EQ(test, objects_ask(rules, 1, &seen), VERDICT_ALLOW);
	KUNIT_EXPECT_EQ(test, objects_ask(rules, 0, &seen), VERDICT_ALLOW);
	/* A flag that is allowed takes no other one with it. */
	seen.flags = 0x40;
	KUNIT_EXPECT_EQ(test, objects_ask(rules, 3, &seen), VERDICT_ALLOW);
	seen.flags = 0xc0;
	KUNIT_EXPECT_EQ(test, objects_ask(rules, 3, &seen), E(EACCES));
}

static struct kunit_case objects_cases[] = {
	KUNIT_CASE(objects_open),
	KUNIT_CASE(objects_address),
	KUNIT_CASE(objects_anywhere),
	KUNIT_CASE(objects_clone),
	{},
};

static struct kunit_suite syscall_objects_suite = {
	.name = "syscall_objects",
	.test_cases = objects_cases,
};

kunit_test_suite(syscall_objects_suite);
