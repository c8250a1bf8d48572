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
	"# make VKERNEL=where vKernel was built [KDIR=kernel build tree]\n"
	"\n"
	"ifneq ($(KERNELRELEASE),)\n"
	"obj-m := NAME.o\n"
	"ccflags-y := -I$(VKERNEL)/include\n"
	"KBUILD_EXTRA_SYMBOLS := $(wildcard $(VKERNEL)/Module.symvers \\\n"
	"\t$(VKERNEL)/build/$(KERNELRELEASE)/Module.symvers)\n"
	"else\n"
	"KDIR ?= /lib/modules/$(shell uname -r)/build\n"
	"\n"
	"modules clean:\n"
	"\t$(MAKE) -C $(KDIR) M=$(CURDIR) VKERNEL=$(abspath $(VKERNEL)) $@\n"
	".PHONY: modules clean\n"
	"endif\n";

static const char source[] =
	"// SPDX-License-Identifier: GPL-2.0\n"
	"/*\n"
	" * NAME: a plugin of vkernels. A vkernel that is given it has a folder\n"
	" * NAME with one file, `value`:\n"
	" *\n"
	" *	mkdir /sys/kernel/config/vkernel/WHICH/NAME\n"
	" */\n"
	"#define pr_fmt(fmt) \"NAME: \" fmt\n"
	"\n"
	"#include <linux/slab.h>\n"
	"\n"
	"#include \"vkernel.h\"\n"
	"\n"
	"/* What one vkernel has of it. */\n"
	"struct state {\n"
	"\tunsigned int value;\n"
	"};\n"
	"\n"
	"static ssize_t NAME_value_show(struct config_item *item, char *page)\n"
	"{\n"
	"\tstruct state *state = vkernel_plugin_state(item);\n"
	"\n"
	"\treturn sysfs_emit(page, \"%u\\n\", READ_ONCE(state->value));\n"
	"}\n"
	"\n"
	"static ssize_t NAME_value_store(struct config_item *item, const char *page,\n"
	"\t\t\t\t size_t count)\n"
	"{\n"
	"\tstruct state *state = vkernel_plugin_state(item);\n"
	"\tunsigned int value;\n"
	"\tint err;\n"
	"\n"
	"\tif (!vkernel_may_configure())\n"
	"\t\treturn -EPERM;\n"
	"\terr = kstrtouint(page, 0, &value);\n"
	"\tif (err)\n"
	"\t\treturn err;\n"
	"\tWRITE_ONCE(state->value, value);\n"
	"\treturn count;\n"
	"}\n"
	"\n"
	"CONFIGFS_ATTR(NAME_, value);\n"
	"\n"
	"static struct configfs_attribute *attrs[] = {\n"
	"\t&NAME_attr_value,\n"
	"\tNULL,\n"
	"};\n"
	"\n"
	"static void *create(struct vkernel *vk)\n"
	"{\n"
	"\tstruct state *state = kzalloc(sizeof(*state), GFP_KERNEL);\n"
	"\n"
	"\tif (!state)\n"
	"\t\treturn ERR_PTR(-ENOMEM);\n"
	"\tpr_info(\"given to %s\\n\", vkernel_name(vk));\n"
	"\treturn state;\n"
	"}\n"
	"\n"
	"static void destroy(void *state)\n"
	"{\n"
	"\tkfree(state);\n"
	"}\n"
	"\n"
	"static struct vkernel_plugin plugin = {\n"
	"\t.name = \"NAME\",\n"
	"\t.owner = THIS_MODULE,\n"
	"\t.attrs = attrs,\n"
	"\t.create = create,\n"
	"\t.destroy = destroy,\n"
	"};\n"
	"\n"
	"static int __init NAME_init(void)\n"
	"{\n"
	"\treturn vkernel_register_plugin(&plugin);\n"
	"}\n"
	"module_init(NAME_init);\n"
	"\n"
	"static void __exit NAME_exit(void)\n"
	"{\n"
	"\tvkernel_unregister_plugin(&plugin);\n"
	"}\n"
	"module_exit(NAME_exit);\n"
	"\n"
	"MODULE_DESCRIPTION(\"vKernel plugin NAME\");\n"
	"MODULE_LICENSE(\"GPL\");\n"
	"MODULE_SOFTDEP(\"pre: vkernel\");\n";

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
		printf("%s/: now  make -C %s VKERNEL=where vKernel was built\n",
		       name, name);
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
	.summary = "Begin a kernel module that vkernels can be given",
	.run = run,
};
