// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vkctl.h"

/* NAME stands for the module's name in what follows. */
static const char makefile[] =
	"# SPDX-License-Identifier: GPL-2.0\n"
	"#\n"
	"# make [KDIR=kernel build tree] [VKERNEL=where \"make install\" has put it]\n"
	"\n"
	"VKERNEL ?= /usr/src/vkernel\n"
	"\n"
	"ifneq ($(KERNELRELEASE),)\n"
	"obj-m := NAME.o\n"
	"ccflags-y := -I$(VKERNEL)/include\n"
	"KBUILD_EXTRA_SYMBOLS := $(VKERNEL)/$(KERNELRELEASE)/Module.symvers\n"
	"else\n"
	"KDIR ?= /lib/modules/$(shell uname -r)/build\n"
	"\n"
	"modules clean:\n"
	"\t$(MAKE) -C $(KDIR) M=$(CURDIR) VKERNEL=$(VKERNEL) $@\n"
	".PHONY: modules clean\n"
	"endif\n";

static const char source[] =
	"// SPDX-License-Identifier: GPL-2.0\n"
	"/*\n"
	" * NAME - a system call of one container, done by a module\n"
	" *\n"
	" * \"insmod NAME.ko vkernel=web\": from now on NAME_run() does the call for the\n"
	" * programs of vkernel web.\n"
	" */\n"
	"#define pr_fmt(fmt) \"NAME: \" fmt\n"
	"\n"
	"#include <linux/module.h>\n"
	"#include <linux/moduleparam.h>\n"
	"\n"
	"#include <vkernel_syscall.h>\n"
	"\n"
	"static char *vkernel;\n"
	"module_param(vkernel, charp, 0444);\n"
	"MODULE_PARM_DESC(vkernel, \"name of the vkernel whose call this is\");\n"
	"\n"
	"static int calls;\n"
	"module_param(calls, int, 0444);\n"
	"MODULE_PARM_DESC(calls, \"how often the call was made\");\n"
	"\n"
	"/* Runs in place of the kernel's own function, and may sleep. */\n"
	"static long NAME_run(const struct vkernel_replacement *replacement,\n"
	"\t\t     const struct pt_regs *regs)\n"
	"{\n"
	"\tWRITE_ONCE(calls, READ_ONCE(calls) + 1);\n"
	"\treturn vkernel_syscall_original(replacement->door, regs,\n"
	"\t\t\t\t\treplacement->nr);\n"
	"}\n"
	"\n"
	"/* Which call: by the 64-bit door, number 39 is getpid. */\n"
	"static struct vkernel_replacement NAME_replacement = {\n"
	"\t.door = VKERNEL_X64,\n"
	"\t.nr = 39,\n"
	"\t.run = NAME_run,\n"
	"\t.owner = THIS_MODULE,\n"
	"};\n"
	"\n"
	"static int __init NAME_init(void)\n"
	"{\n"
	"\tint err;\n"
	"\n"
	"\tNAME_replacement.vkernel = vkernel;\n"
	"\terr = vkernel_syscall_replace(&NAME_replacement);\n"
	"\tif (err)\n"
	"\t\tpr_err(\"not loaded: %s: %pe\\n\",\n"
	"\t\t       vkernel ?: \"parameter vkernel= is missing\",\n"
	"\t\t       ERR_PTR(err));\n"
	"\treturn err;\n"
	"}\n"
	"module_init(NAME_init);\n"
	"\n"
	"static void __exit NAME_exit(void)\n"
	"{\n"
	"\t/* When it returns, the kernel's own function does the call again. */\n"
	"\tvkernel_syscall_restore(&NAME_replacement);\n"
	"}\n"
	"module_exit(NAME_exit);\n"
	"\n"
	"MODULE_DESCRIPTION(\"a system call of one container: NAME\");\n"
	"MODULE_LICENSE(\"GPL\");\n";

static bool name_ok(const char *name)
{
	const char *c;

	if (!isalpha((unsigned char)*name) || strlen(name) > 40)
		return false;
	for (c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '_')
			return false;
	return true;
}

static void fill_in(FILE *file, const char *pattern, const char *name)
{
	const char *at;

	while ((at = strstr(pattern, "NAME"))) {
		fwrite(pattern, 1, at - pattern, file);
		fputs(name, file);
		pattern = at + 4;
	}
	fputs(pattern, file);
}

static int write_file(const char *name, const char *file_name,
		      const char *pattern)
{
	char *path = text("%s/%s", name, file_name);
	FILE *file = fopen(path, "wxe");
	int err = 0;

	if (file)
		fill_in(file, pattern, name);
	if (!file || ferror(file) | fclose(file))
		err = fault("%s: %s", path, strerror(errno));
	free(path);
	return err;
}

static int make_new(const char *name)
{
	char *file_name;
	int err;

	if (mkdir(name, 0777))
		return fault("%s: %s", name, strerror(errno));
	file_name = text("%s.c", name);
	err = write_file(name, "Makefile", makefile) ||
	      write_file(name, file_name, source);
	free(file_name);
	if (!err)
		printf("%s/: now  make -C %s\n", name, name);
	return err;
}

static const struct option options[] = { { NULL } };

static int run(int argc, char **argv)
{
	int option = next_option(&verb_module, argc, argv, "", options);

	if (option != -1)
		return option_end(option);
	if (argc != optind + 2 || strcmp(argv[optind], "new"))
		return usage(&verb_module, "new, and the name of a module");
	if (!name_ok(argv[optind + 1]))
		return usage(&verb_module, "no name for a module: \"%s\"",
			     argv[optind + 1]);
	return make_new(argv[optind + 1]) ? EXIT_FAILED : EXIT_OK;
}

const struct verb verb_module = {
	.name = "module",
	.arguments = "new NAME",
	.summary =
		"Begin a kernel module that does a system call for one vkernel",
	.run = run,
};
