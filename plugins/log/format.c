// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "format.h"

#define CALLER_CPU 0x80000000U

static unsigned int priority(const struct ring_info *info)
{
	return info->facility << 3 | info->level;
}

/* What CONFIG_PRINTK_CALLER adds: "T123", "C0". */
static size_t put_caller(char *buf, size_t size, const struct ring_info *info)
{
	return scnprintf(buf, size, "%c%u",
			 info->caller_id & CALLER_CPU ? 'C' : 'T',
			 info->caller_id & ~CALLER_CPU);
}

/* --- syslog(2) ------------------------------------------------------------ */

#define PREFIX_SIZE 64

static size_t put_prefix(char *buf, const struct ring_info *info, bool level,
			 bool time)
{
	u32 micros;
	u64 seconds = div_u64_rem(info->ts_nsec, NSEC_PER_SEC, &micros);
	char caller[16];
	size_t at = 0;

	if (level)
		at += scnprintf(buf, PREFIX_SIZE, "<%u>", priority(info));
	if (time)
		at += scnprintf(buf + at, PREFIX_SIZE - at, "[%5lu.%06lu]",
				(unsigned long)seconds,
				(unsigned long)micros / NSEC_PER_USEC);
	if (IS_ENABLED(CONFIG_PRINTK_CALLER)) {
		put_caller(caller, sizeof(caller), info);
		at += scnprintf(buf + at, PREFIX_SIZE - at, "[%6s]", caller);
	}
	if (IS_ENABLED(CONFIG_PRINTK_CALLER) || time)
		buf[at++] = ' ';
	return at;
}

size_t format_syslog(char *buf, const struct ring_info *info, const char *text,
		     bool level, bool time)
{
	char prefix[PREFIX_SIZE];
	size_t size = put_prefix(prefix, info, level, time), at = 0;
	const char *end = text + info->text_len, *next;

	do {
		next = memchr(text, '\n', end - text) ?: end;
		/* A line that does not fit is left out, and all behind it. */
		if (at + size + (next - text) + 1 > FORMAT_SIZE)
			break;
		memcpy(buf + at, prefix, size);
		memcpy(buf + at + size, text, next - text);
		at += size + (next - text);
		buf[at++] = '\n';
		text = next + 1;
	} while (next < end);
	return at;
}

size_t format_syslog_size(const struct ring_info *info, unsigned int lines,
			  bool time)
{
	char prefix[PREFIX_SIZE];

	return put_prefix(prefix, info, true, time) * lines + info->text_len +
	       1;
}

/* --- /dev/kmsg ------------------------------------------------------------ */

static size_t put_escaped(char *buf, size_t size, const char *text,
			  size_t length)
{
	size_t at = 0, i;

	for (i = 0; i < length && at + 4 < size; i++) {
		unsigned char c = text[i];

		if (c < ' ' || c >= 127 || c == '\\')
			at += scnprintf(buf + at, size - at, "\\x%02x", c);
		else
			buf[at++] = c;
	}
	return at;
}

size_t format_line(char *buf, const struct ring_info *info, const char *line,
		   size_t length)
{
	size_t at = put_prefix(buf, info, false, true);

	at += put_escaped(buf + at, FORMAT_SIZE - at - 1, line, length);
	buf[at++] = '\n';
	return at;
}

static size_t put_word(char *buf, size_t size, const char *key,
		       const char *value, size_t most)
{
	size_t length = strnlen(value, most), at;

	if (!length)
		return 0;
	at = scnprintf(buf, size, " %s=", key);
	at += put_escaped(buf + at, size - at - 1, value, length);
	buf[at++] = '\n';
	return at;
}

static size_t put_header(char *buf, size_t size, const struct ring_info *info,
			 u64 number)
{
	char caller[16], word[32] = "";

	if (IS_ENABLED(CONFIG_PRINTK_CALLER)) {
		put_caller(caller, sizeof(caller), info);
		scnprintf(word, sizeof(word), ",caller=%s", caller);
	}
	return scnprintf(buf, size, "%u,%llu,%llu,%c%s;", priority(info),
			 number, div_u64(info->ts_nsec, NSEC_PER_USEC),
			 info->flags & RING_CONT ? 'c' : '-', word);
}

/* All of it fits: a text is at most 1024 bytes, each of which may take four. */
size_t format_kmsg(char *buf, const struct ring_info *info, const char *text,
		   u64 number)
{
	const struct dev_printk_info *dev = &info->dev_info;
	size_t at = put_header(buf, FORMAT_SIZE, info, number);

	at += put_escaped(buf + at, FORMAT_SIZE - at - 1, text, info->text_len);
	buf[at++] = '\n';
	at += put_word(buf + at, FORMAT_SIZE - at, "SUBSYSTEM", dev->subsystem,
		       sizeof(dev->subsystem));
	at += put_word(buf + at, FORMAT_SIZE - at, "DEVICE", dev->device,
		       sizeof(dev->device));
	return at;
}
