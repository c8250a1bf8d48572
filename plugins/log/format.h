/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as user space reads them: those of syslog(2) and of /dev/kmsg.
 *
 * Pure: bytes in, bytes out.
 */
#ifndef LOG_FORMAT_H
#define LOG_FORMAT_H

#include "compat.h"

/* More than a record takes in either form. */
#define FORMAT_SIZE 8192

/**
 * format_syslog() - a record as lines with "<level>[time] " in front
 * @buf: where to, %FORMAT_SIZE bytes.
 * @info: the record.
 * @text: its text, of @info->text_len bytes.
 * @level: with the level.
 * @time: with the time.
 *
 * Return: bytes written.
 */
size_t format_syslog(char *buf, const struct ring_info *info, const char *text,
		     bool level, bool time);

/**
 * format_syslog_size() - what that would come to
 * @info: the record.
 * @lines: how many lines its text has.
 * @time: with the time.
 *
 * Return: bytes.
 */
size_t format_syslog_size(const struct ring_info *info, unsigned int lines,
			  bool time);

/**
 * format_kmsg() - a record as /dev/kmsg gives it
 * @buf: where to, %FORMAT_SIZE bytes.
 * @info: the record.
 * @text: its text, of @info->text_len bytes.
 * @number: the number that its reader is shown.
 *
 * Return: bytes written.
 */
size_t format_kmsg(char *buf, const struct ring_info *info, const char *text,
		   u64 number);

/**
 * format_line() - one line of a record for the host's eyes
 * @buf: where to, %FORMAT_SIZE bytes.
 * @info: the record.
 * @line: the line, one of those of its text.
 * @length: its bytes, at most 1024.
 *
 * Whoever wrote it must not be able to forge another line by it, nor to steer a
 * terminal: what is not printable ASCII is written as /dev/kmsg writes it.
 *
 * Return: bytes written.
 */
size_t format_line(char *buf, const struct ring_info *info, const char *line,
		   size_t length);

#endif /* LOG_FORMAT_H */
