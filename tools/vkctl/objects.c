// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "syscall.h"

/* As the plugin has it. */
#define MAX_PATTERN 255
#define MAX_OBJECT_ERRNO 511

static const char *const keys[] = { "open",    "connect", "bind",  "send",
				    "clone",   "mode",	  "ports", "action",
				    "comment", NULL };

static const char *const kinds[] = { "open", "connect", "bind", "send",
				     "clone" };

static const char *const families[] = { "any",	   "unix",   "inet", "inet6",
					"netlink", "packet", "vsock" };

static const char *const namespaces[] = { "newcgroup", "newipc", "newnet",
					  "newns",     "newpid", "newtime",
					  "newuser",   "newuts" };

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
	while (count--)
		if (!strcmp(word, words[count]))
			return true;
	return false;
}

/* A decimal number, and nothing behind it. */
static bool parse_decimal(const char *word, size_t length, unsigned long most)
{
	return length && length <= 6 && strspn(word, "0123456789") >= length &&
	       strtoul(word, NULL, 10) <= most;
}

/* --- Files ---------------------------------------------------------------- */

/* What would end the word, or the line, is written by its octal number. */
static char *escape(const char *path)
{
	char *line = NULL;
	size_t size;
	FILE *file = need(open_memstream(&line, &size));

	for (; *path; path++)
		if (*path == '\\' || *path == ' ' || iscntrl(*path))
			fprintf(file, "\\%03o", (unsigned char)*path);
		else
			fputc(*path, file);
	fclose(file);
	return need(line);
}

static char *compile_open(const struct document *doc, const struct json *rule,
			  const struct json *value, const char *path)
{
	const struct json *mode = json_get(rule, "mode");
	const char *word = "any";
	char *pattern, *line;

	if (path[0] != '/' || strlen(path) > MAX_PATTERN) {
		document_fault(doc, value->at,
			       "a file is an absolute path of at most %d bytes",
			       MAX_PATTERN);
		return NULL;
	}
	if (mode)
		word = json_string(doc, mode, "mode");
	if (!word)
		return NULL;
	if (strcmp(word, "any") && strcmp(word, "read") &&
	    strcmp(word, "write")) {
		document_fault(doc, mode->at,
			       "a mode is \"read\", \"write\" or \"any\"");
		return NULL;
	}
	pattern = escape(path);
	line = text("open %s %s", pattern, word);
	free(pattern);
	return line;
}

/* --- Addresses ------------------------------------------------------------ */

static bool is_ip(const char *word)
{
	char *address = text("%s", word), *bits = strchr(address, '/');
	unsigned char space[16];
	unsigned long most = 0;

	if (bits)
		*bits++ = '\0';
	if (inet_pton(AF_INET, address, space) == 1)
		most = 32;
	else if (inet_pton(AF_INET6, address, space) == 1)
		most = 128;
	if (bits && !parse_decimal(bits, strlen(bits), most))
		most = 0;
	free(address);
	return most;
}

static bool has_ports(const char *address)
{
	return !is_one_of(address, families, ARRAY_SIZE(families)) ||
	       !strcmp(address, "any") || !strncmp(address, "inet", 4);
}

static bool is_ports(const char *word)
{
	size_t length = strcspn(word, "-");
	const char *high = word[length] ? word + length + 1 : word;

	return parse_decimal(word, length, UINT16_MAX) &&
	       parse_decimal(high, strlen(high), UINT16_MAX) &&
	       strtoul(word, NULL, 10) <= strtoul(high, NULL, 10);
}

static char *compile_address(const struct document *doc,
			     const struct json *rule, const struct json *value,
			     const char *address)
{
	const struct json *ports = json_get(rule, "ports");
	const char *word;

	if (!is_one_of(address, families, ARRAY_SIZE(families)) &&
	    !is_ip(address)) {
		document_fault(doc, value->at,
			       "\"%s\" is neither an address nor a family",
			       document_word(doc, address));
		return NULL;
	}
	if (!ports)
		return text("%s %s", value->key, address);
	word = json_string(doc, ports, "ports");
	if (!word)
		return NULL;
	if (!has_ports(address) || !is_ports(word)) {
		document_fault(
			doc, ports->at,
			"ports are \"PORT\" or \"LOW-HIGH\", of addresses that have ports");
		return NULL;
	}
	return text("%s %s %s", value->key, address, word);
}

/* --- Namespaces ----------------------------------------------------------- */

static bool is_mask(const char *word)
{
	return !strncmp(word, "0x", 2) && word[2] && strlen(word) <= 18 &&
	       !word[2 + strspn(word + 2, "0123456789abcdefABCDEF")] &&
	       strtoull(word, NULL, 16);
}

static char *compile_clone(const struct document *doc, const struct json *value,
			   const char *flags)
{
	char *copy = text("%s", flags), *rest = copy, *word;
	bool right = true;

	while ((word = strsep(&rest, "|")))
		right = right &&
			(is_mask(word) ||
			 is_one_of(word, namespaces, ARRAY_SIZE(namespaces)));
	free(copy);
	if (right)
		return text("clone %s", flags);
	document_fault(doc, value->at,
		       "flags are like \"newuser|newnet\", or \"0x...\"");
	return NULL;
}

/* --- Rules ---------------------------------------------------------------- */

static char *compile_verdict(const struct document *doc,
			     const struct json *rule)
{
	const struct json *action = json_get(rule, "action");
	const char *word;
	char *verdict;

	if (!action) {
		document_fault(doc, rule->at, "a rule without \"action\"");
		return NULL;
	}
	word = json_string(doc, action, "a verdict");
	if (!word)
		return NULL;
	verdict = verdict_find(word);
	if (verdict &&
	    (!strcmp(verdict, "allow") || !strcmp(verdict, "log") ||
	     parse_decimal(verdict, strlen(verdict), MAX_OBJECT_ERRNO)))
		return verdict;
	free(verdict);
	document_fault(doc, action->at,
		       "what is done here is \"allow\", \"log\" or an error");
	return NULL;
}

/* The one key that says what the rule is about. */
static const struct json *find_kind(const struct document *doc,
				    const struct json *rule)
{
	const struct json *found = NULL, *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		value = json_get(rule, kinds[i]);
		if (value && found) {
			document_fault(doc, value->key_at,
				       "a rule is about one thing");
			return NULL;
		}
		found = value ?: found;
	}
	if (!found)
		document_fault(
			doc, rule->at,
			"a rule is about \"open\", \"connect\", \"bind\", \"send\" or \"clone\"");
	return found;
}

/* A key that says nothing there was meant for something. */
static int check_keys(const struct document *doc, const struct json *rule,
		      const struct json *kind)
{
	const struct json *mode = json_get(rule, "mode");
	const struct json *ports = json_get(rule, "ports");
	bool open = !strcmp(kind->key, "open");

	if (mode && !open)
		return document_fault(doc, mode->key_at,
				      "\"mode\" goes with \"open\" only");
	if (ports && (open || !strcmp(kind->key, "clone")))
		return document_fault(doc, ports->key_at,
				      "\"ports\" go with addresses only");
	return 0;
}

static char *compile_object(const struct document *doc, const struct json *rule,
			    const struct json *kind)
{
	const char *word = json_string(doc, kind, kind->key);

	if (!word)
		return NULL;
	if (!strcmp(kind->key, "open"))
		return compile_open(doc, rule, kind, word);
	if (!strcmp(kind->key, "clone"))
		return compile_clone(doc, kind, word);
	return compile_address(doc, rule, kind, word);
}

static int compile_rule(const struct document *doc, const struct json *rule,
			struct settings *settings)
{
	const struct json *kind;
	char *object, *verdict = NULL;
	int err = -1;

	if (json_keys(doc, rule, "a rule", keys))
		return -1;
	kind = find_kind(doc, rule);
	if (!kind || check_keys(doc, rule, kind))
		return -1;
	document_locate(doc, rule->at, &settings->line, &settings->column);
	object = compile_object(doc, rule, kind);
	if (object)
		verdict = compile_verdict(doc, rule);
	if (verdict) {
		settings_add(settings, "syscall", "object_add", "%s %s", object,
			     verdict);
		err = 0;
	}
	free(verdict);
	free(object);
	return err;
}

int objects_compile(const struct document *doc, const struct json *list,
		    struct settings *settings)
{
	const struct json *rule;

	if (json_expect(doc, list, JSON_ARRAY, "objects"))
		return -1;
	json_for_each(rule, list)
	{
		if (compile_rule(doc, rule, settings))
			return -1;
	}
	return 0;
}
