// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "group.h"
#include "instance.h"
#include "json.h"
#include "options.h"

enum health {
	GOOD,
	UNKNOWN,
	BAD
};

static const char *const health_names[] = { "good", "unknown", "bad" };
static const char *const health_colours[] = { "\033[32m", "\033[33m",
					      "\033[31m" };

struct visit {
	struct utsname machine;
	struct json *findings;
	bool json;
	bool bad;
};

/* @words: why, and what to do. Freed. */
static void find(struct visit *visit, const char *what, enum health health,
		 char *words)
{
	bool colour = coloured();
	struct json *object;

	visit->bad |= health == BAD;
	if (!visit->json)
		printf("%s%-8s%s %-22s %s\n",
		       colour ? health_colours[health] : "",
		       health_names[health], colour ? "\033[m" : "", what,
		       words);
	object = json_append(visit->findings, json_new(JSON_OBJECT, NULL));
	json_put(object, "what", json_new(JSON_STRING, what));
	json_put(object, "health", json_new(JSON_STRING, health_names[health]));
	json_put(object, "why", json_new(JSON_STRING, words));
	free(words);
}

static void look_at_machine(struct visit *visit)
{
	bool fits = !strcmp(visit->machine.machine, "x86_64");

	find(visit, "machine", fits ? GOOD : BAD,
	     text("%s%s", visit->machine.machine,
		  fits ? "" : ": only x86_64 will do"));
	find(visit, "kernel", GOOD, text("%s", visit->machine.release));
}

static void look_at_lockdown(struct visit *visit)
{
	char *modes = file_read("/sys/kernel/security/lockdown");

	if (!modes)
		find(visit, "lockdown", UNKNOWN,
		     text("securityfs is not mounted, or the kernel has no lockdown"));
	else if (strstr(modes, "[none]"))
		find(visit, "lockdown", GOOD, text("off"));
	else if (strstr(modes, "[integrity]"))
		find(visit, "lockdown", GOOD,
		     text("for integrity: only signed modules load"));
	else
		find(visit, "lockdown", BAD,
		     text("for confidentiality: hooks are refused; boot without lockdown="));
	free(modes);
}

/* --- The kernel's configuration ------------------------------------------- */

static const char *const configuration[] = {
	"CONFIG_CONFIGFS_FS",
	"CONFIG_KALLSYMS_ALL",
	"CONFIG_KPROBES",
	"CONFIG_MODULES",
	"CONFIG_PID_NS",
	"CONFIG_UNWINDER_ORC",
	NULL,
};

/* Set, as a module or not? */
static bool is_set(const char *config, const char *name)
{
	char *line = text("\n%s=", name);
	char *at = strstr(config, line);
	bool set = at && (at[strlen(line)] == 'y' || at[strlen(line)] == 'm');

	free(line);
	return set;
}

static void look_at_configuration(struct visit *visit)
{
	char *path = text("/boot/config-%s", visit->machine.release);
	char *config = file_read(path);
	const char *const *name;
	bool all = true;

	if (!config) {
		find(visit, "configuration", UNKNOWN,
		     text("%s cannot be read", path));
		free(path);
		return;
	}
	for (name = configuration; *name; name++) {
		if (is_set(config, *name))
			continue;
		all = false;
		find(visit, *name, BAD, text("not set in %s", path));
	}
	if (all)
		find(visit, "configuration", GOOD,
		     text("all that is needed is set"));
	free(config);
	free(path);
}

/* --- Modules -------------------------------------------------------------- */

static const char *const modules[] = {
	"hookcore",   "vkernel",       "vkernel_syscall",      "vkernel_log",
	"vkernel_mm", "vkernel_sched", "vkernel_sched_params", NULL,
};

static bool is_loaded(const char *module)
{
	char *path = text("/sys/module/%s", module);
	bool loaded = !access(path, F_OK);

	free(path);
	return loaded;
}

static bool is_installed(const struct visit *visit, const char *module)
{
	char *path =
		text("/lib/modules/%s/modules.dep", visit->machine.release);
	char *list = file_read(path), *file = text("/%s.ko", module);
	bool installed = list && strstr(list, file);

	free(file);
	free(list);
	free(path);
	return installed;
}

/* So many are named. */
#define MAX_USERS 10

/* The vkernels that have a plugin, or all if that is NULL; NULL: none. */
static char *users_of(const char *plugin)
{
	/* This plugin's settings lie in control groups. */
	bool groups = plugin && !strcmp(plugin, "sched");
	size_t i, count, users = 0, size;
	char **names = groups ? group_list(&count) : instance_list(&count);
	char *words = NULL;
	FILE *file = need(open_memstream(&words, &size));

	for (i = 0; names && i < count; i++) {
		if (plugin && !groups &&
		    !instance_has_file(names[i], NULL, plugin))
			continue;
		if (users++ < MAX_USERS)
			fprintf(file, "%s%s", users > 1 ? ", " : "", names[i]);
	}
	if (users > MAX_USERS)
		fprintf(file, " and %zu more", users - MAX_USERS);
	fclose(file);
	name_list_free(names, count);
	if (users)
		return need(words);
	free(words);
	return NULL;
}

/* rmmod says that a module is in use, but not by whom: these are no modules. */
static void look_at_loaded(struct visit *visit, const char *module)
{
	const char *plugin = strchr(module, '_');
	char *users = NULL;

	if (strcmp(module, "hookcore"))
		users = users_of(plugin ? plugin + 1 : NULL);
	find(visit, module, GOOD,
	     users ? text("loaded, in use by %s", users) : text("loaded"));
	free(users);
}

static char *how_to_install(void)
{
	return text(
		"not installed for this kernel; install its headers and look at dkms status, or make modules_install");
}

static void look_at_modules(struct visit *visit)
{
	const char *const *name;

	for (name = modules; *name; name++)
		if (is_loaded(*name))
			look_at_loaded(visit, *name);
		else if (is_installed(visit, *name))
			find(visit, *name, GOOD,
			     text("not loaded; modprobe %s", *name));
		else
			find(visit, *name, BAD, how_to_install());
}

static void look_at_files(struct visit *visit)
{
	char *hooks;

	if (!is_loaded("vkernel"))
		return;
	if (access("/sys/kernel/config/vkernel", F_OK))
		find(visit, "configfs", BAD,
		     text("not mounted: mount -t configfs configfs /sys/kernel/config"));
	else
		find(visit, "configfs", GOOD, text("mounted"));
	hooks = debug_read("hookcore", "hooks");
	find(visit, "debugfs", hooks ? GOOD : UNKNOWN,
	     hooks ? text("mounted") :
		     text("cannot be read (%s): as root, mount -t debugfs debugfs /sys/kernel/debug",
			  strerror(errno)));
	free(hooks);
}

/* --- Hook points ---------------------------------------------------------- */

/* Without the first ones there is no vkernel; without others, no plugin. */
#define NEEDED 12

/* The alternatives of one place, of which a kernel needs one. */
#define WAYS 2

#define FUNCTION_NAME 32

/*
 * @with: only kernels that have this function, @without: only those that do not
 * have that one. "" is none: pointers would have to be written when the program
 * begins, for which each container waits.
 */
static const struct hook_point {
	char ways[WAYS][FUNCTION_NAME];
	char with[FUNCTION_NAME];
	char without[FUNCTION_NAME];
} hook_points[] = {
	{ { "setup_new_exec" } },
	{ { "configfs_rmdir" } },
	{ { "proc_sys_call_handler" } },
	{ { "x64_sys_call" } },
	{ { "ia32_sys_call" } },
	{ { "x32_sys_call" } },
	{ { "security_file_open" } },
	{ { "security_socket_connect" } },
	{ { "security_socket_bind" } },
	{ { "security_socket_sendmsg" } },
	{ { "kernel_clone" } },
	{ { "ksys_unshare" } },
	{ { "prb_commit" } },
	{ { "prb_final_commit" } },
	{ { "do_syslog" } },
	{ { "___ratelimit" } },
	{ { "__bad_area_nosemaphore", "bad_area_nosemaphore" } },
	{ { "show_signal", "do_error_trap" } },
	{ { "signal_fault" } },
	{ { "warn_bad_vsyscall" } },
	{ { "devkmsg_open" } },
	{ { "devkmsg_read" } },
	{ { "devkmsg_write" } },
	{ { "devkmsg_llseek" } },
	{ { "devkmsg_poll" } },
	{ { "devkmsg_release" } },
	{ { "kmsg_open" } },
	{ { "kmsg_read" } },
	{ { "kmsg_poll" } },
	{ { "kmsg_release" } },
	{ { "enqueue_entity" } },
	{ { "dequeue_entity" } },
	{ { "pick_eevdf", "pick_next_entity" } },
	{ { "check_preempt_wakeup_fair", "check_preempt_wakeup" } },
	{ { "task_tick_fair" } },
	{ { "yield_task_fair" } },
	{ { "cpu_cgroup_css_online" } },
	{ { "cpu_cgroup_css_free" } },
	{ { "update_curr" }, .with = "pick_eevdf" },
	{ { "set_next_buddy" }, .with = "pick_eevdf" },
	{ { "requeue_delayed_entity" }, .with = "pick_eevdf" },
	{ { "update_deadline" }, .with = "pick_eevdf" },
	{ { "place_entity" }, .with = "pick_eevdf" },
	{ { "sched_slice" }, .without = "pick_eevdf" },
	{ { "task_fork_fair" }, .without = "pick_eevdf" },
	{ { "percpu_counter_add_batch" } },
	{ { "__vm_enough_memory" } },
	{ { "exit_mmap" } },
	{ { "do_mmap" } },
	{ { "newseg" } },
	{ { "__split_vma" } },
	{ { "do_brk_flags" } },
	{ { "copy_vma" } },
	{ { "cap_mmap_addr" } },
	{ { "vma_to_resize" } },
	{ { "meminfo_proc_show" } },
	{ { "shmem_evict_inode" } },
	{ { "shmem_setattr" } },
	{ { "shmem_fallocate" } },
	{ { "shmem_write_begin" } },
	{ { "__shmem_get_inode", "shmem_get_inode" } },
	{ { "shmem_inode_acct_blocks" }, .with = "shmem_inode_acct_blocks" },
	{ { "shmem_inode_unacct_blocks" }, .with = "shmem_inode_acct_blocks" },
	{ { "shmem_add_to_page_cache" }, .without = "shmem_inode_acct_blocks" },
	{ { "shmem_recalc_inode" }, .without = "shmem_inode_acct_blocks" },
	{ { "shmem_charge" }, .without = "shmem_inode_acct_blocks" },
	{ { "shmem_uncharge" }, .without = "shmem_inode_acct_blocks" },
	{ { "__thp_vma_allowable_orders", "hugepage_vma_check" } },
	{ { "vma_thp_gfp_mask" } },
	{ { "do_huge_pmd_anonymous_page" } },
};

static bool is_hooked(const char *hooks, const char *function)
{
	char *line = text("\n%s ", function);
	bool hooked = !strncmp(hooks, line + 1, strlen(line) - 1) ||
		      strstr(hooks, line);

	free(line);
	return hooked;
}

/* NULL: it can be hooked, or is; else why not, for the caller to free. */
static char *hindrance(const char *hooks, const char *function)
{
	char *answer, *words = NULL;
	const char *no;

	if (is_hooked(hooks, function))
		return NULL;
	answer = debug_ask("hookcore", "check", function);
	if (!answer)
		return text("%s", strerror(errno));
	no = strstr(answer, " no: ");
	if (no)
		words = text("%.*s", (int)strcspn(no + 5, "\n"), no + 5);
	free(answer);
	return words;
}

static bool is_there(const char *hooks, const char *function)
{
	char *words = hindrance(hooks, function);
	bool there = !words || !strstr(words, "no such function");

	free(words);
	return there;
}

static bool is_for_this_kernel(const char *hooks,
			       const struct hook_point *point)
{
	return (!*point->with || is_there(hooks, point->with)) &&
	       (!*point->without || !is_there(hooks, point->without));
}

static void look_at_hook_point(struct visit *visit, const char *hooks,
			       const char (*ways)[FUNCTION_NAME],
			       enum health lack)
{
	const char *name = ways[0];
	char *words = hindrance(hooks, name);

	if (words && *ways[1]) {
		free(words);
		name = ways[1];
		words = hindrance(hooks, name);
	}
	if (words)
		find(visit, name, lack, words);
	else
		find(visit, name, GOOD,
		     text(is_hooked(hooks, name) ? "hooked" : "can be hooked"));
}

/* In lockdown nobody may write to a file of debugfs. */
static bool may_ask(void)
{
	char *answer = debug_ask("hookcore", "check", hook_points[0].ways[0]);
	bool may = answer || errno != EPERM;

	free(answer);
	return may;
}

static void look_at_hook_points(struct visit *visit)
{
	char *hooks = debug_read("hookcore", "hooks");
	bool may = may_ask();
	size_t i;

	for (i = 0; hooks && may && i < ARRAY_SIZE(hook_points); i++)
		if (is_for_this_kernel(hooks, &hook_points[i]))
			look_at_hook_point(visit, hooks, hook_points[i].ways,
					   i < NEEDED ? BAD : UNKNOWN);
	if (!may)
		find(visit, "hook points", UNKNOWN,
		     text("lockdown keeps hookcore from being asked"));
	else if (!hooks)
		find(visit, "hook points", UNKNOWN,
		     text("hookcore can tell once it is loaded"));
	free(hooks);
}

static void look_at_btf(struct visit *visit)
{
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		find(visit, "BTF", UNKNOWN,
		     text("this kernel has none: vkernel_sched does not load"));
	else
		find(visit, "BTF", GOOD, text("there, for vkernel_sched"));
}

static int run(int argc, char **argv)
{
	struct visit visit = { .findings = json_new(JSON_ARRAY, NULL) };
	int status = json_option(&verb_doctor, argc, argv, &visit.json);

	if (status == -1 && !no_arguments(&verb_doctor, argc, argv))
		status = EXIT_USAGE;
	if (status == -1) {
		uname(&visit.machine);
		look_at_machine(&visit);
		look_at_lockdown(&visit);
		look_at_configuration(&visit);
		look_at_btf(&visit);
		look_at_modules(&visit);
		look_at_files(&visit);
		look_at_hook_points(&visit);
		if (visit.json)
			json_print(visit.findings, stdout);
		status = visit.bad ? EXIT_FAILED : EXIT_OK;
	}
	json_free(visit.findings);
	return status;
}

const struct verb verb_doctor = {
	.name = "doctor",
	.arguments = "[--json]",
	.summary = "Look whether this machine can carry vkernels",
	.run = run,
};
