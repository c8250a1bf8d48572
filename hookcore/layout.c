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

static bool layout_find_member(const struct btf *btf,
			       const struct btf_type *type,
			       struct layout_field *field)
{
	const struct btf_member *member = btf_type_member(type);
	const struct btf_member *end = member + btf_type_vlen(type);

	for (; member < end; member++) {
		const char *name =
			IMPORTED(btf_name_by_offset)(btf, member->name_off);

		if (name && !strcmp(name, field->member)) {
			field->offset =
				__btf_member_bit_offset(type, member) / 8;
			return true;
		}
	}
	return false;
}

static bool layout_find_field(const struct btf *btf, struct layout_field *field)
{
	const struct btf_type *type = layout_struct(btf, field->type);

	return type && layout_find_member(btf, type, field);
}

int layout_find(struct layout_field *fields, size_t count)
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

#endif /* COMPAT_RUNQUEUES */
