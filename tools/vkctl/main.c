// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "vkctl.h"

static const struct verb *const verbs[] = {
	&verb_create,  &verb_set,    &verb_show,   &verb_ls,	 &verb_rm,
	&verb_gc,      &verb_detach, &verb_hooks,  &verb_top,	 &verb_log,
	&verb_learn,   &verb_check,  &verb_doctor, &verb_module, &verb_oci_hook,
	&verb_runtime, NULL,
};

static void help(FILE *file)
{
	const struct verb *const *verb;

	fputs("usage: vkctl VERB [argument]...\n"
	      "       vkctl VERB --help\n\n"
	      "Virtual kernels for containers.\n\n",
	      file);
	for (verb = verbs; *verb; verb++)
		fprintf(file, "  %-10s %s\n", (*verb)->name, (*verb)->summary);
	fputs("\nExit status: 0 done, 1 failed, 2 used wrongly. See vkctl(1).\n",
	      file);
}

static void help_verb(const struct verb *verb, FILE *file)
{
	fprintf(file, "usage: vkctl %s %s\n\n%s.\n", verb->name,
		verb->arguments, verb->summary);
}

int usage(const struct verb *verb, const char *format, ...)
{
	char *message;
	va_list args;

	va_start(args, format);
	message = vtext(format, args);
	va_end(args);
	fault("%s", message);
	fprintf(stderr, "usage: vkctl %s %s\n", verb->name, verb->arguments);
	free(message);
	return EXIT_USAGE;
}

#define MAX_OPTIONS 16

/* The caller's options, and --help. */
static void join_options(const struct option *from, struct option *to)
{
	size_t count = 0;

	for (; from->name; from++)
		to[count++] = *from;
	to[count++] = (struct option){ "help", no_argument, NULL, 'h' };
	memset(&to[count], 0, sizeof(*to));
}

int next_option(const struct verb *verb, int argc, char **argv,
		const char *letters, const struct option *options)
{
	struct option all[MAX_OPTIONS];
	const char *at;
	char *short_options = joined(":h", letters, NULL);
	char *const *word = &argv[optind ?: 1];
	int option;

	/* Options may stand behind other words; this is the next one. */
	while (*word && (**word != '-' || !(*word)[1]))
		word++;
	at = *word;
	join_options(options, all);
	option = getopt_long(argc, argv, short_options, all, NULL);
	free(short_options);
	if (option == 'h')
		help_verb(verb, stdout);
	if (option == '?')
		usage(verb, "no option %s", at);
	if (option != ':')
		return option;
	usage(verb, "%s wants an argument", at);
	return '?';
}

static const struct verb *find_verb(const char *name)
{
	const struct verb *const *verb;

	for (verb = verbs; *verb; verb++)
		if (!strcmp((*verb)->name, name))
			return *verb;
	return NULL;
}

static int run(int argc, char **argv)
{
	const struct verb *verb;

	if (argc < 2) {
		help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		help(stdout);
		return EXIT_OK;
	}
	verb = find_verb(argv[1]);
	if (verb)
		return verb->run(argc - 1, argv + 1);
	fault("no verb \"%s\"; vkctl --help lists them", argv[1]);
	return EXIT_USAGE;
}

/*
 * At the start of a static program glibc asks /proc/self/exe where it lies,
 * for libraries that it might load later (elf/dl-origin.c). This one loads
 * none, and a container waits: it is as where that cannot be known.
 */
const char *_dl_get_origin(void);
const char *_dl_get_origin(void)
{
	return (const char *)-1;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	int status;

	/* Container engines call the wrapper by a name alone. */
	if (!strcmp(slash ? slash + 1 : argv[0], "vkernel-runc"))
		return verb_runtime.run(argc, argv);
	status = run(argc, argv);
	/* What did not get out was not done. */
	if (fflush(stdout) || ferror(stdout)) {
		fault("standard output: cannot write");
		return EXIT_FAILED;
	}
	return status;
}
