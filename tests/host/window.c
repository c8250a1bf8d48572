// SPDX-License-Identifier: GPL-2.0
/*
 * Making windows of instructions up: branches above all, into the window and
 * out of it, between ordinary instructions with all kinds of operands.
 */
#include <string.h>

#include "insn.h"
#include "random.h"
#include "window.h"

#define LONGEST 15

/**
 * struct pool - some opcodes that are encoded alike
 * @opcodes: the opcodes' last bytes.
 * @count: how many.
 * @two: behind 0f.
 * @modrm: with a ModRM byte.
 * @immediate: bytes that follow; 5 stands for four, or eight behind REX.W.
 */
struct pool {
	const u8 *opcodes;
	u8 count;
	bool two;
	bool modrm;
	u8 immediate;
};

#define POOL(bytes, ...)                                          \
	{                                                         \
		(const u8 *)bytes, sizeof(bytes) - 1, __VA_ARGS__ \
	}

static const struct pool pools[] = {
	POOL("\x00\x01\x02\x03\x08\x09\x0a\x0b\x11\x13\x19\x1b\x21\x23\x29\x2b"
	     "\x31\x33\x38\x39\x3a\x3b\x63\x84\x85\x86\x87\x88\x89\x8a\x8b\x8d"
	     "\xd1\xd3\xfe\xff\x8f",
	     false, true, 0),
	POOL("\x6b\x80\x83\xc0\xc1\xc6\xf6", false, true, 1),
	POOL("\x69\x81\xc7\xf7", false, true, 4),
	POOL("\x50\x51\x53\x55\x56\x57\x58\x5b\x5d\x5f\x90\x91\x97\x98\x99\x9c"
	     "\x9e\x9f\xa4\xa5\xaa\xab\xac\xae\xc9\xf5\xf8\xf9\xfc",
	     false, false, 0),
	POOL("\x04\x0c\x24\x2c\x3c\x6a\xa8\xb0\xb5", false, false, 1),
	POOL("\x05\x25\x2d\x3d\x68\xa9", false, false, 4),
	POOL("\xb8\xb9\xba\xbf", false, false, 5),
	POOL("\x1f\x40\x44\x45\x48\x4f\x90\x94\x9f\xa3\xa5\xab\xaf\xb0\xb1\xb3"
	     "\xb6\xb7\xbb\xbe\xbf\xc0\xc1",
	     true, true, 0),
	POOL("\xa4\xac\xba", true, true, 1),
	POOL("\xc8\xca\xcf", true, false, 0),
};

struct cursor {
	u8 *code;
	size_t size;
	u64 *state;
};

static void put(struct cursor *cursor, u8 byte)
{
	if (cursor->size < WINDOW_MAX)
		cursor->code[cursor->size++] = byte;
}

static void put_value(struct cursor *cursor, u64 value, size_t bytes)
{
	while (bytes--) {
		put(cursor, (u8)value);
		value >>= 8;
	}
}

static void put_random(struct cursor *cursor, size_t bytes)
{
	/* Small values more often: they make conditions change. */
	if (random_percent(cursor->state, 60))
		put_value(cursor, random_below(cursor->state, 8), bytes);
	else
		put_value(cursor, random_next(cursor->state), bytes);
}

static void put_modrm(struct cursor *cursor)
{
	u8 modrm = (u8)random_next(cursor->state);
	u8 sib = (u8)random_next(cursor->state);
	u8 mod, rm;

	/* Relative to rip, three times out of ten. */
	if (random_percent(cursor->state, 30))
		modrm = (modrm & 0x38) | 5;
	mod = modrm >> 6;
	rm = modrm & 7;
	put(cursor, modrm);
	if (mod != 3 && rm == 4)
		put(cursor, sib);
	if (mod == 1)
		put_random(cursor, 1);
	if (mod == 2 || (mod == 0 && rm == 5) ||
	    (mod == 0 && rm == 4 && (sib & 7) == 5))
		put_random(cursor, 4);
}

static bool put_prefixes(struct cursor *cursor)
{
	static const u8 legacy[] = { 0x66, 0x67, 0x2e, 0x3e,
				     0xf2, 0xf3, 0x65, 0xf0 };
	u8 rex = 0;

	while (random_percent(cursor->state, 8))
		put(cursor,
		    legacy[random_below(cursor->state, sizeof(legacy))]);
	if (random_percent(cursor->state, 45))
		rex = 0x40 | random_below(cursor->state, 16);
	if (rex)
		put(cursor, rex);
	return rex & 8;
}

static void put_ordinary(struct cursor *cursor)
{
	bool wide = put_prefixes(cursor);
	const struct pool *pool;

	pool = &pools[random_below(cursor->state, ARRAY_SIZE(pools))];
	if (pool->two)
		put(cursor, 0x0f);
	put(cursor, pool->opcodes[random_below(cursor->state, pool->count)]);
	if (pool->modrm)
		put_modrm(cursor);
	if (pool->immediate == 5)
		put_random(cursor, wide ? 8 : 4);
	else
		put_random(cursor, pool->immediate);
}

/* Mostly into the window, where branches are hardest. */
static void put_displacement(struct cursor *cursor, size_t bytes)
{
	u64 *state = cursor->state;
	s64 end = cursor->size + bytes;
	s64 displacement;

	if (random_percent(state, 60))
		displacement = (s64)random_below(state, 12) - end;
	else if (random_percent(state, 80))
		displacement = (s64)random_below(state, 256) - 128;
	else
		displacement = (s64)random_next(state);
	put_value(cursor, (u64)displacement, bytes);
}

static void put_short_branch(struct cursor *cursor)
{
	static const u8 loops[] = { 0xe0, 0xe1, 0xe2, 0xe3, 0xe3, 0xeb };
	u64 *state = cursor->state;

	if (random_percent(state, 60))
		put(cursor, 0x70 | random_below(state, 16));
	else
		put(cursor, loops[random_below(state, sizeof(loops))]);
	put_displacement(cursor, 1);
}

static void put_near_branch(struct cursor *cursor)
{
	u64 *state = cursor->state;

	if (random_percent(state, 40)) {
		put(cursor, 0x0f);
		put(cursor, 0x80 | random_below(state, 16));
	} else {
		put(cursor, 0xe8 | random_below(state, 2));
	}
	put_displacement(cursor, 4);
}

static void put_indirect_branch(struct cursor *cursor)
{
	size_t at;

	if (random_percent(cursor->state, 40))
		put(cursor, 0x41);
	put(cursor, 0xff);
	at = cursor->size;
	put_modrm(cursor);
	/* /2 or /4 */
	if (at < WINDOW_MAX)
		cursor->code[at] =
			(cursor->code[at] & 0xc7) |
			(random_percent(cursor->state, 70) ? 0x10 : 0x20);
}

static void put_branch(struct cursor *cursor)
{
	static const u8 hints[] = { 0x67, 0x67, 0x2e, 0x3e, 0xf2, 0x48 };

	if (random_percent(cursor->state, 15))
		put(cursor, hints[random_below(cursor->state, sizeof(hints))]);
	switch (random_below(cursor->state, 8)) {
	case 0:
		put_indirect_branch(cursor);
		break;
	case 1:
	case 2:
		put_near_branch(cursor);
		break;
	case 3:
		put(cursor, 0xc3);
		break;
	default:
		put_short_branch(cursor);
	}
}

size_t window_generate(u8 *code, u64 *state)
{
	struct cursor cursor = { .code = code, .state = state };
	/* A few: no order in it at all. */
	bool chaos = random_percent(state, 4);

	while (cursor.size < 24) {
		if (chaos)
			put(&cursor, (u8)random_next(state));
		else if (random_percent(state, 40))
			put_branch(&cursor);
		else if (random_percent(state, 10))
			put(&cursor, random_percent(state, 50) ? 0xcc : 0x90);
		else
			put_ordinary(&cursor);
	}
	return cursor.size;
}

static bool is_prefix(u8 byte)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x40 ... 0x4f:
	case 0x64 ... 0x67:
	case 0xf0:
	case 0xf2:
	case 0xf3:
		return true;
	default:
		return false;
	}
}

/* All of the first map but I/O, segments, system flags and the FPU. */
static bool one_byte_is_emulable(u8 opcode)
{
	switch (opcode) {
	case 0x62:
	case 0x6c ... 0x6f:
	case 0x8c:
	case 0x8e:
	case 0x9b:
	case 0x9d:
	case 0xc4:
	case 0xc5:
	case 0xc8:
	case 0xca:
	case 0xcb:
	case 0xcf:
	case 0xd8 ... 0xdf:
	case 0xe4 ... 0xe7:
	case 0xec ... 0xef:
	case 0xf1:
	case 0xfa:
		return false;
	default:
		return true;
	}
}

static bool two_byte_is_emulable(u8 opcode)
{
	switch (opcode) {
	case 0x1f:
	case 0x40 ... 0x4f:
	case 0x80 ... 0x9f:
	case 0xa3 ... 0xa5:
	case 0xab ... 0xad:
	case 0xaf ... 0xb1:
	case 0xb3:
	case 0xb6:
	case 0xb7:
	case 0xba ... 0xbf:
	case 0xc0:
	case 0xc1:
	case 0xc8 ... 0xcf:
		return true;
	default:
		return false;
	}
}

/*
 * A REX prefix counts only right before the opcode; the emulator lets it count
 * anywhere.
 */
static bool has_stray_rex(const u8 *code)
{
	return (code[0] & 0xf0) == 0x40 && is_prefix(code[1]);
}

static bool instruction_is_emulable(const u8 *code)
{
	size_t at = 0;

	while (is_prefix(code[at]) && at < LONGEST - 2) {
		if (has_stray_rex(code + at))
			return false;
		at++;
	}
	/* XOP shares its byte with pop. */
	if (code[at] == 0x8f)
		return !(code[at + 1] & 0x38);
	if (code[at] == 0x0f)
		return two_byte_is_emulable(code[at + 1]);
	return one_byte_is_emulable(code[at]);
}

bool window_is_emulable(const u8 *code, size_t size)
{
	struct instruction insn;
	u8 copy[LONGEST];
	size_t at;

	for (at = 0; at < size; at += insn.length) {
		if (!instruction_decode(&insn, code + at, size - at))
			return false;
		memset(copy, 0, sizeof(copy));
		memcpy(copy, code + at, insn.length);
		if (!instruction_is_emulable(copy))
			return false;
	}
	return true;
}
