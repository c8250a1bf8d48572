/* SPDX-License-Identifier: GPL-2.0 */
/*
 * May this function's window be taken?
 */
#ifndef HOOKCORE_SITE_H
#define HOOKCORE_SITE_H

#include <linux/types.h>

#include "decoy.h"
#include "reloc.h"

/* What a refusal is about, in words; part of struct hookcore_hook. */
#define SITE_HINT_SIZE 48

/**
 * struct site - where a function can be hooked
 * @entry: address of the function.
 * @size: its size in bytes, padding included.
 * @nop: address of the ftrace nop that it begins with, 0 if there is none.
 * @start: address of the window: behind ENDBR and ftrace's nop.
 * @window: size of the window, bytes; whole instructions.
 * @original: the bytes from @start on; the first @window are the window's.
 * @probed: offset from @start of the first kprobe among these, or behind them.
 * @room: bytes from @start to the end of the function.
 * @relay: address of padding before the function: a window that has no room
 *	for a jmp rel32 leads there, where one has; 0 for windows that have.
 * @relay_size: bytes of padding from there on, RELOC_JMP_SIZE or more.
 * @padding: these bytes.
 * @longer: the window has room for a decoy behind the jmp.
 * @decoy: offset from @start of where that leads, 0 if none is needed.
 */
struct site {
	unsigned long entry;
	unsigned long size;
	unsigned long nop;
	unsigned long start;
	size_t window;
	u8 original[RELOC_MAX_WINDOW];
	size_t probed;
	size_t room;
	unsigned long relay;
	size_t relay_size;
	u8 padding[RELOC_MAX_WINDOW];
	bool longer;
	size_t decoy;
};

/**
 * site_head() - how many bytes of the window hookcore's jmp takes
 * @site: the site.
 */
static inline size_t site_head(const struct site *site)
{
	return site->relay ? RELOC_SHORT_SIZE : RELOC_JMP_SIZE;
}

/**
 * site_relay_is_probed() - is a kprobe right in front of the relay?
 * @site: a site that has one.
 *
 * One that is optimised would write over it. Once a relay is there none that
 * comes is: see site_last_padding().
 *
 * Context: any, also the stopped machine.
 */
bool site_relay_is_probed(const struct site *site);

/**
 * site_examine() - may the window of the function at @entry be taken?
 * @entry: address of a function.
 * @site: the result, complete if HOOKCORE_OK is returned.
 * @hint: SITE_HINT_SIZE bytes: what a refusal is about.
 *
 * Reads live text and changes nothing.
 *
 * Context: may sleep; takes kprobe_mutex and text_mutex, and must not be called
 * under these or cpus_read_lock(). Outside the window, text is judged as it is
 * without the kprobes on it; text that ftrace or jump labels change meanwhile is
 * judged as it stands. The caller keeps module text from going away.
 * Return: the reason of the refusal.
 */
enum hookcore_reason site_examine(unsigned long entry, struct site *site,
				  char *hint);

/**
 * site_relocate() - build the trampoline of a site
 * @site: from site_examine().
 * @to: address where it will run.
 * @out: RELOC_MAX_TRAMPOLINE bytes.
 * @size: bytes used.
 * @hint: SITE_HINT_SIZE bytes: what a refusal is about.
 *
 * Return: the reason of the refusal.
 */
enum hookcore_reason site_relocate(const struct site *site, unsigned long to,
				   u8 *out, size_t *size, char *hint);

/**
 * site_copy_text() - a copy of code, as it is without kprobes
 * @start: its address.
 * @size: bytes.
 *
 * Context: may sleep; takes kprobe_mutex and text_mutex.
 * Return: @size bytes, for kvfree(); NULL without memory.
 */
u8 *site_copy_text(unsigned long start, size_t size);

/**
 * site_find_branches() - look for branches of a function into a part of it
 * @copy: the function's text, of site_copy_text().
 * @size: its size, bytes; that of a module's last function reaches to the end
 *	of the module's text.
 * @start: its address.
 * @first: the first byte of the part, which is not looked through itself; no
 *	part if it is @end.
 * @end: the first byte behind it.
 * @leaves: called for each jump that leads out of the function.
 * @context: for @leaves.
 * @at: the result: the instruction that a refusal is about.
 *
 * Return: as reloc_branches_into().
 */
enum hookcore_reason
site_find_branches(const u8 *copy, size_t size, unsigned long start, u64 first,
		   u64 end, void (*leaves)(void *context, u64 target),
		   void *context, u64 *at);

/**
 * site_find_kprobe() - is a kprobe registered here, armed or not?
 * @address: the first byte to look at.
 * @size: how many.
 *
 * Context: any, the stopped machine included.
 * Return: where the first one is, or 0.
 */
unsigned long site_find_kprobe(unsigned long address, size_t size);

#endif /* HOOKCORE_SITE_H */
