// SPDX-License-Identifier: GPL-2.0
/*
 * Finding what the kernel keeps to itself.
 *
 * kallsyms_lookup_name() has not been exported since 5.7 (commit 0bd476e6c671);
 * a kprobe, registered but never armed, still tells where it is.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "symbol.h"

#include "text.h"
#include "trampoline.h"

#ifdef MODULE

#define SYMBOL_STUB(name) HOOKCORE_IMPORT(import_##name);
SYMBOL_IMPORTS(SYMBOL_STUB)

#define SYMBOL_ENTRY(name) { #name, import_##name },
/* clang-format off */
static const struct hookcore_import symbol_imports[] = {
	SYMBOL_IMPORTS(SYMBOL_ENTRY)
};
/* clang-format on */

static struct mutex *symbol_text_mutex_address;
static struct mutex *symbol_kprobe_mutex_address;

static int symbol_aim(void *stub, unsigned long target)
{
	u8 jmp[RELOC_JMP_SIZE];
	int err = -ERANGE;

	if (trampoline_jmp(jmp, (unsigned long)stub, target))
		err = text_write_idle(stub, jmp, sizeof(jmp));
	if (err)
		pr_err("%s to call the kernel by name (%d)\n",
		       err == -ENOMEM ? "no memory" : "too far away", err);
	return err;
}

static int symbol_bootstrap(void)
{
	struct kprobe probe = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("cannot find kallsyms_lookup_name with a kprobe (%d)\n",
		       err);
		return err;
	}
	unregister_kprobe(&probe);
	return symbol_aim(import_kallsyms_lookup_name,
			  (unsigned long)probe.addr);
}

static int symbol_aim_all(const struct hookcore_import *imports, size_t count)
{
	unsigned long address;
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		address = hookcore_symbol(imports[i].symbol);
		if (!address) {
			pr_err("this kernel has no %s\n", imports[i].symbol);
			return -ENOENT;
		}
		err = symbol_aim(imports[i].stub, address);
		if (err)
			return err;
	}
	return 0;
}

static int symbol_find_mutex(const char *name, struct mutex **mutex)
{
	*mutex = (void *)hookcore_symbol(name);
	if (*mutex)
		return 0;
	pr_err("this kernel has no %s\n", name);
	return -ENOENT;
}

int symbol_init(void)
{
	int err = symbol_bootstrap();

	if (err)
		return err;
	err = symbol_aim_all(symbol_imports, ARRAY_SIZE(symbol_imports));
	if (err)
		return err;
	err = symbol_find_mutex("text_mutex", &symbol_text_mutex_address);
	return err   ?:
		       symbol_find_mutex("kprobe_mutex",
					 &symbol_kprobe_mutex_address);
}

struct mutex *symbol_text_mutex(void)
{
	return symbol_text_mutex_address;
}

void symbol_lock_kprobes(void)
{
	mutex_lock(symbol_kprobe_mutex_address);
}

void symbol_unlock_kprobes(void)
{
	mutex_unlock(symbol_kprobe_mutex_address);
}

static bool symbol_leads_to(const void *stub, unsigned long target)
{
	u8 jmp[RELOC_JMP_SIZE];

	return target && trampoline_jmp(jmp, (unsigned long)stub, target) &&
	       !memcmp(jmp, stub, sizeof(jmp));
}

/*
 * What the macro has made, in a module's text, which leads nowhere yet, or where
 * it is to lead: any other jmp there is somebody's, a hook's stub perhaps.
 */
static bool symbol_is_stub(const void *stub, unsigned long target)
{
	unsigned long start = (unsigned long)stub;

	return IMPORTED(is_module_text_address)(start) &&
	       IMPORTED(is_module_text_address)(start + RELOC_JMP_SIZE - 1) &&
	       (symbol_leads_to(stub, (unsigned long)hookcore_no_original) ||
		symbol_leads_to(stub, target));
}

/* Its address, or else NULL and why not: of data, too, there are symbols. */
static const char *symbol_objection(const struct hookcore_import *import,
				    unsigned long *address)
{
	enum hookcore_reason reason;

	*address = 0;
	if (!import->symbol)
		return "it has no name";
	reason = symbol_function(import->symbol, address);
	if (reason == HOOKCORE_NO_SYMBOL)
		return hookcore_symbol(import->symbol) ? "it is data" : NULL;
	if (reason)
		return hookcore_reason_text(reason);
	if (!IMPORTED(core_kernel_text)(*address) &&
	    !IMPORTED(is_module_text_address)(*address))
		return "it is data";
	if (!symbol_is_stub(import->stub, *address))
		return "its stub is not one of HOOKCORE_IMPORT()";
	return NULL;
}

static int symbol_check(const struct hookcore_import *import,
			unsigned long *address)
{
	const char *objection = symbol_objection(import, address);

	if (objection) {
		pr_err("cannot import %s: %s\n", import->symbol ?: "(no name)",
		       objection);
		return -EINVAL;
	}
	if (*address)
		return 0;
	pr_err("this kernel has no %s\n", import->symbol);
	return -ENOENT;
}

int hookcore_import(const struct hookcore_import *imports, size_t count)
{
	unsigned long address;
	size_t i;
	int err = 0;

	if ((!imports && count) || count > HOOKCORE_MAX_HOOKS) {
		pr_err("asked to import %zu functions: nonsense, not done\n",
		       count);
		return -EINVAL;
	}
	for (i = 0; i < count && !err; i++)
		err = symbol_check(&imports[i], &address);
	/* Again: what it is in may have gone, or come twice. */
	for (i = 0; i < count && !err; i++) {
		err = symbol_check(&imports[i], &address);
		if (!err)
			err = symbol_aim(imports[i].stub, address);
	}
	return err;
}
EXPORT_SYMBOL_GPL(hookcore_import);

#else /* built in: the linker resolves what a module must search for */

#include <linux/memory.h>

int symbol_init(void)
{
	return 0;
}

struct mutex *symbol_text_mutex(void)
{
	return &text_mutex;
}

/* User-Mode Linux has no kprobes. */
void symbol_lock_kprobes(void)
{
}

void symbol_unlock_kprobes(void)
{
}

#endif /* MODULE */

unsigned long hookcore_symbol(const char *symbol)
{
	return symbol ? IMPORTED(kallsyms_lookup_name)(symbol) : 0;
}
EXPORT_SYMBOL_GPL(hookcore_symbol);

/**
 * struct symbol_match - functions of one name
 * @name: the name.
 * @module: the module they have to be in, or NULL for any.
 * @address: of the last one found.
 * @count: how many there are.
 * @data: the same of what is no text, in the kernel proper.
 */
struct symbol_match {
	const char *name;
	const char *module;
	unsigned long address;
	unsigned int count;
	struct {
		unsigned long address;
		unsigned int count;
	} data;
};

static int symbol_count(void *data, unsigned long address)
{
	struct symbol_match *match = data;

	match->count++;
	match->address = address;
	return 0;
}

/* Data has names too, perhaps that of a function. */
static int symbol_count_core(void *context, unsigned long address)
{
	struct symbol_match *match = context;

	if (IMPORTED(core_kernel_text)(address))
		return symbol_count(match, address);
	match->data.count++;
	match->data.address = address;
	return 0;
}

#ifdef CONFIG_MODULES

static int symbol_visit(COMPAT_VISIT_PARAMETERS)
{
	struct symbol_match *match = data;

	if (strcmp(name, match->name) || !COMPAT_VISIT_IS_IN(match->module) ||
	    !IMPORTED(is_module_text_address)(address))
		return 0;
	return symbol_count(data, address);
}

static void symbol_search_modules(struct symbol_match *match)
{
	COMPAT_EACH_MODULE_SYMBOL(match->module, symbol_visit, match);
}

#else

static void symbol_search_modules(struct symbol_match *match)
{
}

#endif

static void symbol_search(struct symbol_match *match)
{
	/* Modules have symbols without a name. */
	if (!*match->name)
		return;
	if (!match->module)
		IMPORTED(kallsyms_on_each_match_symbol)
	(symbol_count_core, match->name, match);
	/* Not in the kernel proper: perhaps in a module. */
	if (!match->count)
		symbol_search_modules(match);
	if (match->count)
		return;
	match->count = match->data.count;
	match->address = match->data.address;
}

enum hookcore_reason symbol_function(const char *name, unsigned long *address)
{
	struct symbol_match match = { .name = name };
	const char *colon = strchr(name, ':');
	char module[MODULE_NAME_LEN];

	if (colon) {
		strscpy(module, name,
			min_t(size_t, sizeof(module), colon - name + 1));
		match.module = module;
		match.name = colon + 1;
	}
	symbol_search(&match);
	*address = match.address;
	if (match.count > 1)
		return HOOKCORE_AMBIGUOUS;
	return match.count ? HOOKCORE_OK : HOOKCORE_NO_SYMBOL;
}

unsigned long symbol_cold(unsigned long start)
{
	char name[KSYM_SYMBOL_LEN], cold[KSYM_SYMBOL_LEN];
	char *module, *end = name;
	unsigned long address;

	/* "name", or "name [module]". */
	snprintf(name, sizeof(name), "%ps", (void *)start);
	strsep(&end, " ");
	module = end && *end == '[' ? end + 1 : "";
	strreplace(module, ']', '\0');
	snprintf(cold, sizeof(cold), "%s%s%s.cold", module, *module ? ":" : "",
		 name);
	address = hookcore_symbol(cold);
	/* A module's, which nobody keeps, may be called so, too. */
	return *module || IMPORTED(core_kernel_text)(address) ? address : 0;
}

bool symbol_extent(unsigned long address, unsigned long *start,
		   unsigned long *size)
{
	unsigned long offset;

	if (!IMPORTED(kallsyms_lookup_size_offset)(address, size, &offset))
		return false;
	*start = address - offset;
	return true;
}
