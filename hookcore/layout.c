// SPDX-License-Identifier: GPL-2.0
/*
 * Offsets of struct fields that no header shows, from the kernel's own BTF: it
 * describes the running kernel, whatever it was built from.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "layout.h"

#include "symbol.h"

#if COMPAT_RUNQUEUES

static const struct btf_type *layout_struct(const struct btf *btf,
					    const char *name)
{
	s32 id = IMPORTED(btf_find_by_name_kind)(btf, name, BTF_KIND_STRUCT);

	return id < 0 ? NULL : IMPORTED(btf_type_by_id)(btf, id);
}

/* Where a member ends, bytes; 0 if its type has no size. */
static unsigned int layout_end(const struct btf *btf,
			       const struct btf_type *type,
			       const struct btf_member *member)
{
	const struct btf_type *of = IMPORTED(btf_type_by_id)(btf, member->type);
	u32 size;

	if (!of || IS_ERR(IMPORTED(btf_resolve_size)(btf, of, &size)))
		return 0;
	return __btf_member_bit_offset(type, member) / 8 + size;
}

/* BTF lists members in the order they lie in; a union has no holes. */
static unsigned int layout_hole(const struct btf *btf,
				const struct btf_type *type,
				const struct btf_member *member)
{
	unsigned int offset = __btf_member_bit_offset(type, member) / 8;
	unsigned int end;

	if (member == btf_type_member(type))
		return 0;
	end = layout_end(btf, type, member - 1);
	return end && end < offset ? offset - end : 0;
}

static bool layout_is_struct(const struct btf_type *type)
{
	return type && (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT ||
			BTF_INFO_KIND(type->info) == BTF_KIND_UNION);
}

/* Also in structs and unions without a name; these lie at @base. */
static bool layout_find_member(const struct btf *btf,
			       const struct btf_type *type, unsigned int base,
			       struct hookcore_field *field)
{
	const struct btf_member *member = btf_type_member(type);
	const struct btf_member *end = member + btf_type_vlen(type);
	const struct btf_type *of;
	unsigned int offset;
	const char *name;

	for (; member < end; member++) {
		name = IMPORTED(btf_name_by_offset)(btf, member->name_off);
		offset = base + __btf_member_bit_offset(type, member) / 8;
		if (name && !strcmp(name, field->member)) {
			field->offset = offset;
			field->hole = base ? 0 : layout_hole(btf, type, member);
			return true;
		}
		of = name && *name ?
			     NULL :
			     IMPORTED(btf_type_by_id)(btf, member->type);
		if (layout_is_struct(of) &&
		    layout_find_member(btf, of, offset, field))
			return true;
	}
	return false;
}

static bool layout_find_field(const struct btf *btf,
			      struct hookcore_field *field)
{
	const struct btf_type *type = layout_struct(btf, field->type);

	return type && layout_find_member(btf, type, 0, field);
}

static int layout_find_all(struct hookcore_field *fields, size_t count)
{
	struct btf *btf = IMPORTED(bpf_get_btf_vmlinux)();
	size_t i;

	if (IS_ERR_OR_NULL(btf)) {
		pr_err("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)\n");
		return -ENOENT;
	}
	for (i = 0; i < count; i++) {
		if (layout_find_field(btf, &fields[i]))
			continue;
		pr_err("this kernel has no %s in struct %s\n", fields[i].member,
		       fields[i].type);
		return -ENOENT;
	}
	return 0;
}

#else

static int layout_find_all(struct hookcore_field *fields, size_t count)
{
	pr_err("this kernel has no BTF (CONFIG_DEBUG_INFO_BTF)\n");
	return -ENOENT;
}

#endif /* COMPAT_RUNQUEUES */

int hookcore_find_fields(struct hookcore_field *fields, size_t count)
{
	size_t i;

	if ((!fields && count) || count > HOOKCORE_MAX_HOOKS) {
		pr_err("asked for %zu fields: nonsense, not done\n", count);
		return -EINVAL;
	}
	for (i = 0; i < count; i++) {
		if (fields[i].type && fields[i].member)
			continue;
		pr_err("asked for a field without a name: nonsense, not done\n");
		return -EINVAL;
	}
	return layout_find_all(fields, count);
}
EXPORT_SYMBOL_GPL(hookcore_find_fields);
