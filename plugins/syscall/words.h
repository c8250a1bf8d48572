/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of rules: a line in, a rule out, and back.
 *
 * Pure: bytes in, bytes out.
 */
#ifndef SYSCALL_WORDS_H
#define SYSCALL_WORDS_H

#include "draft.h"

/* Longer than any line that makes sense, and than any line written here. */
#define WORDS_LINE 512

/**
 * words_abi() - the name of a door
 * @abi: the door.
 */
const char *words_abi(enum verdict_abi abi);

/**
 * words_parse_verdict() - read a verdict
 * @text: the word.
 * @verdict: is filled in, %VERDICT_DEFAULT for ``default``.
 *
 * Return: 0, -EINVAL if it is none.
 */
int words_parse_verdict(const char *text, u32 *verdict);

/**
 * words_parse_call() - read ``ABI NR``
 * @line: the line; overwritten.
 * @abi: is filled in.
 * @nr: is filled in.
 *
 * Return: as words_parse_rule().
 */
int words_parse_call(char *line, enum verdict_abi *abi, unsigned int *nr);

/**
 * words_parse_rule() - read ``ABI NR[-NR][,...] VERDICT [COND ...]``
 * @line: the line, without a newline; overwritten.
 * @rule: is filled in.
 *
 * Return: 0, -EINVAL if it is no rule, -EOPNOTSUPP if this kernel lacks the
 * ABI: a rule for it would be a promise that nobody keeps.
 */
int words_parse_rule(char *line, struct rule *rule);

/**
 * words_parse_fallback() - read ``VERDICT`` or ``ABI VERDICT``
 * @line: the line, without a newline; overwritten.
 * @fallback: takes the verdict, of the ABI named or of all.
 *
 * Return: as words_parse_rule(); on an error @fallback is as it was.
 */
int words_parse_fallback(char *line, u32 *fallback);

/**
 * words_verdict() - write a verdict
 * @text: where to.
 * @size: bytes there.
 * @verdict: the verdict.
 *
 * Return: bytes written, without the zero behind them.
 */
int words_verdict(char *text, size_t size, u32 verdict);

/**
 * words_tested() - write a rule with conditions
 * @text: where to; %WORDS_LINE bytes are enough.
 * @size: bytes there.
 * @abi: the door.
 * @nr: number of the call.
 * @test: the rule's first condition; what holds always is left out.
 *
 * Return: bytes written, without the zero behind them.
 */
int words_tested(char *text, size_t size, enum verdict_abi abi, unsigned int nr,
		 const struct verdict_test *test);

/**
 * words_why() - write which rule decides about a call
 * @text: where to; what does not fit is left out.
 * @size: bytes there.
 * @verdicts: the table.
 * @call: the call, of which verdicts_ask() did not say %VERDICT_ALLOW.
 *
 * The rule as ``rules`` has it, ``default VERDICT``, or behind a ``#`` the call
 * for whose sake it is.
 */
void words_why(char *text, size_t size, const struct verdicts *verdicts,
	       const struct verdict_call *call);

#endif /* SYSCALL_WORDS_H */
