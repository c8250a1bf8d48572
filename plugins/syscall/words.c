// SPDX-License-Identifier: GPL-2.0
#include <linux/bitmap.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "words.h"

/* --- Verdicts ------------------------------------------------------------- */

/* clang-format off */
#define NAME(errno) { errno, #errno }
static const struct {
	u16 number;
	const char *name;
} errno_names[] = {
	NAME(EPERM), NAME(ENOENT), NAME(ESRCH), NAME(EINTR), NAME(EIO),
	NAME(ENXIO), NAME(E2BIG), NAME(ENOEXEC), NAME(EBADF), NAME(ECHILD),
	NAME(EAGAIN), NAME(ENOMEM), NAME(EACCES), NAME(EFAULT), NAME(ENOTBLK),
	NAME(EBUSY), NAME(EEXIST), NAME(EXDEV), NAME(ENODEV), NAME(ENOTDIR),
	NAME(EISDIR), NAME(EINVAL), NAME(ENFILE), NAME(EMFILE), NAME(ENOTTY),
	NAME(ETXTBSY), NAME(EFBIG), NAME(ENOSPC), NAME(ESPIPE), NAME(EROFS),
	NAME(EMLINK), NAME(EPIPE), NAME(EDOM), NAME(ERANGE), NAME(EDEADLK),
	NAME(ENAMETOOLONG), NAME(ENOLCK), NAME(ENOSYS), NAME(ENOTEMPTY),
	NAME(ELOOP), NAME(ENOMSG), NAME(EIDRM), NAME(ECHRNG), NAME(EL2NSYNC),
	NAME(EL3HLT), NAME(EL3RST), NAME(ELNRNG), NAME(EUNATCH), NAME(ENOCSI),
	NAME(EL2HLT), NAME(EBADE), NAME(EBADR), NAME(EXFULL), NAME(ENOANO),
	NAME(EBADRQC), NAME(EBADSLT), NAME(EBFONT), NAME(ENOSTR),
	NAME(ENODATA), NAME(ETIME), NAME(ENOSR), NAME(ENONET), NAME(ENOPKG),
	NAME(EREMOTE), NAME(ENOLINK), NAME(EADV), NAME(ESRMNT), NAME(ECOMM),
	NAME(EPROTO), NAME(EMULTIHOP), NAME(EDOTDOT), NAME(EBADMSG),
	NAME(EOVERFLOW), NAME(ENOTUNIQ), NAME(EBADFD), NAME(EREMCHG),
	NAME(ELIBACC), NAME(ELIBBAD), NAME(ELIBSCN), NAME(ELIBMAX),
	NAME(ELIBEXEC), NAME(EILSEQ), NAME(ERESTART), NAME(ESTRPIPE),
	NAME(EUSERS), NAME(ENOTSOCK), NAME(EDESTADDRREQ), NAME(EMSGSIZE),
	NAME(EPROTOTYPE), NAME(ENOPROTOOPT), NAME(EPROTONOSUPPORT),
	NAME(ESOCKTNOSUPPORT), NAME(EOPNOTSUPP), NAME(EPFNOSUPPORT),
	NAME(EAFNOSUPPORT), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL),
	NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENETRESET), NAME(ECONNABORTED),
	NAME(ECONNRESET), NAME(ENOBUFS), NAME(EISCONN), NAME(ENOTCONN),
	NAME(ESHUTDOWN), NAME(ETOOMANYREFS), NAME(ETIMEDOUT),
	NAME(ECONNREFUSED), NAME(EHOSTDOWN), NAME(EHOSTUNREACH),
	NAME(EALREADY), NAME(EINPROGRESS), NAME(ESTALE), NAME(EUCLEAN),
	NAME(ENOTNAM), NAME(ENAVAIL), NAME(EISNAM), NAME(EREMOTEIO),
	NAME(EDQUOT), NAME(ENOMEDIUM), NAME(EMEDIUMTYPE), NAME(ECANCELED),
	NAME(ENOKEY), NAME(EKEYEXPIRED), NAME(EKEYREVOKED), NAME(EKEYREJECTED),
	NAME(EOWNERDEAD), NAME(ENOTRECOVERABLE), NAME(ERFKILL), NAME(EHWPOISON),
};
#undef NAME
/* clang-format on */

static const struct verdict_word {
	const char *word;
	u32 verdict;
} verdict_words[] = {
	{ "allow", VERDICT_ALLOW },
	{ "log", VERDICT(VERDICT_ACT_LOG, 0) },
	{ "trap", VERDICT(VERDICT_ACT_TRAP, 0) },
	{ "kill_thread", VERDICT(VERDICT_ACT_KILL_THREAD, 0) },
	{ "kill_process", VERDICT(VERDICT_ACT_KILL_PROCESS, 0) },
	{ "default", VERDICT_DEFAULT },
};

/* Digits only: the kernel's own functions would take a sign too. */
static int parse_number(const char *text, u64 *number)
{
	if (!isdigit(text[0]))
		return -EINVAL;
	if (text[0] == '0' && text[1] == 'x')
		return isxdigit(text[2]) ? kstrtou64(text, 16, number) :
					   -EINVAL;
	return kstrtou64(text, 10, number);
}

static int parse_at_most(const char *text, u64 most, u64 *number)
{
	if (parse_number(text, number))
		return -EINVAL;
	return *number <= most ? 0 : -EINVAL;
}

static int parse_errno(const char *text, u32 *verdict)
{
	u64 number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errno_names); i++) {
		if (!strcmp(text, errno_names[i].name)) {
			*verdict = VERDICT_ERRNO(errno_names[i].number);
			return 0;
		}
	}
	if (parse_at_most(text, VERDICT_MAX_ERRNO, &number) || !number)
		return -EINVAL;
	*verdict = VERDICT_ERRNO(number);
	return 0;
}

/* "errno:0" says with more words what a 0 alone could be a slip for. */
static int parse_colon(const char *text, u32 *verdict)
{
	u64 number;

	if (str_has_prefix(text, "errno:")) {
		if (parse_at_most(text + 6, VERDICT_MAX_ERRNO, &number))
			return -EINVAL;
		*verdict = VERDICT_ERRNO(number);
		return 0;
	}
	if (!str_has_prefix(text, "trap:") ||
	    parse_at_most(text + 5, U16_MAX, &number))
		return -EINVAL;
	*verdict = VERDICT(VERDICT_ACT_TRAP, number);
	return 0;
}

int words_parse_verdict(const char *text, u32 *verdict)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdict_words); i++) {
		if (!strcmp(text, verdict_words[i].word)) {
			*verdict = verdict_words[i].verdict;
			return 0;
		}
	}
	if (strchr(text, ':'))
		return parse_colon(text, verdict);
	return parse_errno(text, verdict);
}

static int write_errno(char *text, size_t size, u16 number)
{
	size_t i;

	if (!number)
		return scnprintf(text, size, "errno:0");
	for (i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (errno_names[i].number == number)
			return scnprintf(text, size, "%s", errno_names[i].name);
	return scnprintf(text, size, "%u", number);
}

int words_verdict(char *text, size_t size, u32 verdict)
{
	u16 data = verdict_data(verdict);
	size_t i;

	if (verdict_action(verdict) == VERDICT_ACT_ERRNO)
		return write_errno(text, size, data);
	if (verdict_action(verdict) == VERDICT_ACT_TRAP && data)
		return scnprintf(text, size, "trap:%u", data);
	for (i = 0; i < ARRAY_SIZE(verdict_words); i++)
		if (verdict_action(verdict_words[i].verdict) ==
		    verdict_action(verdict))
			return scnprintf(text, size, "%s",
					 verdict_words[i].word);
	return 0;
}

/* --- Doors ---------------------------------------------------------------- */

static const char *const abi_names[VERDICT_ABIS] = {
	[VERDICT_X64] = "x64",
	[VERDICT_IA32] = "ia32",
	[VERDICT_X32] = "x32",
};

const char *words_abi(enum verdict_abi abi)
{
	return abi_names[abi];
}

static bool abi_exists(enum verdict_abi abi)
{
	if (IS_ENABLED(CONFIG_UML) || abi == VERDICT_X64)
		return true;
	if (abi == VERDICT_IA32)
		return IS_ENABLED(CONFIG_IA32_EMULATION);
	return IS_ENABLED(CONFIG_X86_X32_ABI);
}

static int parse_abi(const char *text, enum verdict_abi *abi)
{
	int i = match_string(abi_names, VERDICT_ABIS, text);

	if (i < 0)
		return -EINVAL;
	*abi = i;
	return abi_exists(i) ? 0 : -EOPNOTSUPP;
}

/* --- Conditions ----------------------------------------------------------- */

/* One that begins like another comes behind it. */
static const struct op_word {
	const char *word;
	enum verdict_op op;
} op_words[] = {
	{ "==", VERDICT_EQ },	 { "!=", VERDICT_NE }, { "<=", VERDICT_LE },
	{ "<", VERDICT_LT },	 { ">=", VERDICT_GE }, { ">", VERDICT_GT },
	{ "&", VERDICT_MASKED },
};

static int parse_op(char **text, enum verdict_op *op)
{
	size_t i, length;

	for (i = 0; i < ARRAY_SIZE(op_words); i++) {
		length = str_has_prefix(*text, op_words[i].word);
		if (length) {
			*text += length;
			*op = op_words[i].op;
			return 0;
		}
	}
	return -EINVAL;
}

/* "MASK==VALUE" */
static int parse_masked(char *text, struct verdict_test *test)
{
	char *value = strstr(text, "==");

	if (!value)
		return -EINVAL;
	*value = '\0';
	return parse_number(text, &test->mask) ?:
		       parse_number(value + 2, &test->value);
}

/* "aNOPVALUE" */
static int parse_test(char *text, struct verdict_test *test)
{
	enum verdict_op op;
	int err;

	if (text[0] != 'a' || text[1] < '0' || text[1] > '5')
		return -EINVAL;
	*test = (struct verdict_test){ .arg = text[1] - '0' };
	text += 2;
	if (parse_op(&text, &op))
		return -EINVAL;
	test->op = op;
	if (op == VERDICT_MASKED)
		err = parse_masked(text, test);
	else
		err = parse_number(text, &test->value);
	return err ? -EINVAL : 0;
}

static const char *op_word(enum verdict_op op)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(op_words); i++)
		if (op_words[i].op == op)
			return op_words[i].word;
	return "";
}

static int write_test(char *text, size_t size, const struct verdict_test *test)
{
	int at = scnprintf(text, size, " a%u%s", test->arg, op_word(test->op));

	if (test->op == VERDICT_MASKED)
		at += scnprintf(text + at, size - at, "0x%llx==", test->mask);
	return at + scnprintf(text + at, size - at, "0x%llx", test->value);
}

/* --- Lines ---------------------------------------------------------------- */

static int parse_tests(char *line, struct rule *rule)
{
	char *word;

	for (rule->count = 0; line; rule->count++) {
		word = strsep(&line, " ");
		if (rule->count == RULE_TESTS ||
		    parse_test(word, &rule->test[rule->count]))
			return -EINVAL;
	}
	return 0;
}

/*
 * Where it stands, up to what is no digit: a list has hundreds, and a container
 * waits.
 */
static int take_nr(const char **text, enum verdict_abi abi, unsigned int *nr)
{
	unsigned int number = 0, count = verdicts_count(abi);
	const char *at = *text;

	if (!isdigit(*at))
		return -EINVAL;
	for (; isdigit(*at); at++) {
		number = number * 10 + *at - '0';
		if (number >= count)
			return -EINVAL;
	}
	*nr = number;
	*text = at;
	return 0;
}

static int parse_nr(const char *word, enum verdict_abi abi, unsigned int *nr)
{
	if (take_nr(&word, abi, nr) || *word)
		return -EINVAL;
	return 0;
}

int words_parse_call(char *line, enum verdict_abi *abi, unsigned int *nr)
{
	char *door = strsep(&line, " ");
	int err = line ? parse_abi(door, abi) : -EINVAL;

	return err ?: parse_nr(line, *abi, nr);
}

/* "NR" or "NR-NR" */
static int take_range(const char **text, struct rule *rule)
{
	unsigned int last;

	if (take_nr(text, rule->abi, &rule->nr))
		return -EINVAL;
	last = rule->nr;
	if (**text == '-') {
		++*text;
		if (take_nr(text, rule->abi, &last) || last < rule->nr)
			return -EINVAL;
	}
	bitmap_set(rule->calls, rule->nr, last - rule->nr + 1);
	return 0;
}

static int parse_calls(const char *text, struct rule *rule)
{
	bitmap_zero(rule->calls, RULE_CALLS);
	for (;; text++) {
		if (take_range(&text, rule))
			return -EINVAL;
		if (*text != ',')
			return *text ? -EINVAL : 0;
	}
}

int words_parse_rule(char *line, struct rule *rule)
{
	char *abi = strsep(&line, " ");
	char *nr = strsep(&line, " ");
	char *verdict = strsep(&line, " ");
	int err;

	if (!verdict)
		return -EINVAL;
	err = parse_abi(abi, &rule->abi);
	if (err)
		return err;
	if (parse_calls(nr, rule) ||
	    words_parse_verdict(verdict, &rule->verdict) ||
	    parse_tests(line, rule))
		return -EINVAL;
	/* Half of such a rule might be taken, and then memory be short. */
	if (rule->count && bitmap_weight(rule->calls, RULE_CALLS) != 1)
		return -EINVAL;
	return 0;
}

int words_parse_fallback(char *line, u32 *fallback)
{
	enum verdict_abi abi = VERDICT_ABIS;
	char *word = strsep(&line, " ");
	u32 verdict;
	int err;

	if (line) {
		err = parse_abi(word, &abi);
		if (err)
			return err;
		word = line;
	}
	if (words_parse_verdict(word, &verdict) || verdict == VERDICT_DEFAULT)
		return -EINVAL;
	if (abi == VERDICT_ABIS)
		memset32(fallback, verdict, VERDICT_ABIS);
	else
		fallback[abi] = verdict;
	return 0;
}

int words_tested(char *text, size_t size, enum verdict_abi abi, unsigned int nr,
		 const struct verdict_test *test)
{
	const struct verdict_test *last;
	int at = scnprintf(text, size, "%s %u ", abi_names[abi], nr);

	for (last = test; !last->last; last++)
		;
	at += words_verdict(text + at, size - at, last->verdict);
	for (; test <= last; test++)
		if (test->op != VERDICT_ALWAYS)
			at += write_test(text + at, size - at, test);
	return at;
}

static void write_verdict(char *text, size_t size, int at, u32 verdict)
{
	words_verdict(text + at, size - at, verdict);
}

void words_why(char *text, size_t size, const struct verdicts *verdicts,
	       const struct verdict_call *call)
{
	const char *abi = words_abi(call->abi);
	const struct verdict_test *test;
	unsigned int nr;

	switch (verdicts_why(verdicts, call, &test, &nr)) {
	case VERDICT_BY_RULE:
		if (test)
			words_tested(text, size, call->abi, call->nr, test);
		else
			write_verdict(text, size,
				      scnprintf(text, size, "%s %u ", abi,
						call->nr),
				      verdicts_ask(verdicts, call));
		break;
	case VERDICT_BY_DEFAULT:
		write_verdict(text, size, scnprintf(text, size, "default "),
			      verdicts->fallback[call->abi]);
		break;
	case VERDICT_BY_CALL:
		scnprintf(text, size, "# for %s %u", abi, nr);
		break;
	case VERDICT_BY_URING:
		scnprintf(text, size, "# io_uring could do %s %u", abi, nr);
		break;
	}
}
