/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only writer of kernel text.
 */
#ifndef HOOKCORE_TEXT_H
#define HOOKCORE_TEXT_H

#include <linux/types.h>

#include "reloc.h"

/**
 * struct text_patch - bytes to be written over live text
 * @address: where; the first byte is the start of an instruction.
 * @size: how many bytes, 1 to RELOC_MAX_WINDOW.
 * @expected: what must stand there now.
 * @bytes: what.
 * @before: where the old text leads: an NMI that runs into @address while it is
 *	half written goes there, until all patches are ready.
 * @after: where the new text leads: it goes there from then on.
 */
struct text_patch {
	unsigned long address;
	size_t size;
	u8 expected[RELOC_MAX_WINDOW];
	u8 bytes[RELOC_MAX_WINDOW];
	unsigned long before;
	unsigned long after;

	/* private: the writable alias while text_patch() runs */
	u8 *alias;
};

/**
 * typedef text_ready_t - may the text be written now?
 * @context: from text_patch().
 *
 * Runs inside the stopped machine, interrupts off: must not sleep, allocate or
 * wait.
 */
typedef bool (*text_ready_t)(void *context);

/**
 * text_patch() - write several patches in one stop of the machine, all or none
 * @patches: the patches; sorted by address on return.
 * @count: how many.
 * @ready: asked inside the stop before anything is written; NULL for none.
 * @context: for @ready.
 *
 * Context: process context, sleeps. Takes kprobe_mutex, cpus_read_lock() and
 * text_mutex, in this order.
 * Return: 0; -EAGAIN if @ready said no; -ESTALE if the text is not what was
 * expected; -EINVAL if two patches overlap; -ENOMEM. Nothing is written on
 * failure.
 */
int text_patch(struct text_patch *patches, size_t count, text_ready_t ready,
	       void *context);

/**
 * struct text_stops - what text_patch() has cost since hookcore was loaded
 * @number: stops of the machine.
 * @last_ns: how long the last one took: from the arrival of its first CPU until
 *	all CPUs had seen the new text, nanoseconds.
 * @longest_ns: the longest.
 * @detours: NMIs that ran into a half-written patch and were sent on.
 */
struct text_stops {
	u64 number;
	u64 last_ns;
	u64 longest_ns;
	u64 detours;
};

/**
 * text_get_stops() - what has text_patch() cost?
 * @stops: the answer.
 *
 * Context: process context, sleeps; takes text_mutex.
 */
void text_get_stops(struct text_stops *stops);

/**
 * text_write_idle() - write text that nobody can be running
 * @address: where.
 * @bytes: what.
 * @size: how many bytes; at most RELOC_MAX_WINDOW.
 *
 * Context: process context, sleeps.
 * Return: 0 or -ENOMEM.
 */
int text_write_idle(void *address, const u8 *bytes, size_t size);

/**
 * text_write_idle_all() - write text in many places that nobody can be running
 * @patches: address, size and bytes of each; sorted by address on return.
 * @count: how many.
 *
 * All processors are told once, and not once for each place.
 *
 * Context: process context, sleeps.
 * Return: 0 or -ENOMEM.
 */
int text_write_idle_all(struct text_patch *patches, size_t count);

/**
 * text_alloc() - memory for code, within rel32 reach of modules and the kernel
 * @size: bytes.
 *
 * Writable and not executable until text_seal().
 *
 * Context: process context, sleeps.
 * Return: the memory, NULL if there is none.
 */
void *text_alloc(size_t size);

/**
 * text_seal() - make memory of text_alloc() read-only and executable
 * @memory: from text_alloc().
 * @size: as given there.
 *
 * Return: 0 or a negative errno.
 */
int text_seal(void *memory, size_t size);

/**
 * text_free() - free memory of text_alloc(), sealed or not
 * @memory: from text_alloc(), or NULL.
 */
void text_free(void *memory);

/**
 * text_init() - listen for int3 in half-written text
 *
 * Return: 0 or a negative errno.
 */
int text_init(void);

/**
 * text_exit() - undo text_init()
 */
void text_exit(void);

#endif /* HOOKCORE_TEXT_H */
