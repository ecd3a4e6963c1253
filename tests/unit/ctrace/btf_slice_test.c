/*
 * btf_slice_test.c - cutting a few structures out of a larger BTF.
 */
#include <bpf/btf.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/ctrace/btf_slice.h"

static struct btf *kernel, *wanted, *slice;
static struct err err;

/*
 * struct inner { int a; int b; };
 * struct outer { int pad; union { int x; const struct inner in; }; struct inner *ptr; int z[4]; };
 * with 200 structures before, so that more than one stride of types is skipped.
 */
static void setup(void)
{
	int i32, inner, constant, nameless, ptr, array;
	char name[32];

	kernel = btf__new_empty();
	i32 = btf__add_int(kernel, "int", 4, BTF_INT_SIGNED);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "filler%d", i);
		btf__add_struct(kernel, name, 4);
		btf__add_field(kernel, "a", i32, 0, 0);
	}
	inner = btf__add_struct(kernel, "inner", 8);
	btf__add_field(kernel, "a", i32, 0, 0);
	btf__add_field(kernel, "b", i32, 32, 0);
	constant = btf__add_const(kernel, inner);
	nameless = btf__add_union(kernel, NULL, 8);
	btf__add_field(kernel, "x", i32, 0, 0);
	btf__add_field(kernel, "in", constant, 0, 0);
	ptr = btf__add_ptr(kernel, inner);
	array = btf__add_array(kernel, i32, i32, 4);
	btf__add_struct(kernel, "outer", 40);
	btf__add_field(kernel, "pad", i32, 0, 0);
	btf__add_field(kernel, NULL, nameless, 64, 0);
	btf__add_field(kernel, "ptr", ptr, 128, 0);
	btf__add_field(kernel, "z", array, 192, 0);
	btf__add_enum(kernel, "color", 4);
	btf__add_enum_value(kernel, "RED", 7);

	wanted = btf__new_empty();
	i32 = btf__add_int(wanted, "int", 4, BTF_INT_SIGNED);
	ptr = btf__add_ptr(wanted, 0);
	inner = btf__add_struct(wanted, "inner", 4);
	btf__add_field(wanted, "b", i32, 0, 0);
	btf__add_struct(wanted, "outer___old", 16);
	btf__add_field(wanted, "in", inner, 0, 0);
	btf__add_field(wanted, "ptr", ptr, 64, 0);
	btf__add_enum(wanted, "color", 4);
	btf__add_enum_value(wanted, "RED", 0);
}

static void teardown(void)
{
	btf__free(slice);
	btf__free(wanted);
	btf__free(kernel);
}

TestSuite(btf_slice, .init = setup, .fini = teardown);

static int cut(const char *const *required)
{
	uint32_t size;
	const void *raw = btf__raw_data(kernel, &size);

	return btf_slice(raw, size, wanted, required, &slice, &err);
}

static const struct btf_member *member(const char *type, const char *name)
{
	int id = btf__find_by_name_kind(slice, type, BTF_KIND_STRUCT);
	const struct btf_type *t = btf__type_by_id(slice, (uint32_t)id);

	cr_assert_gt(id, 0, "no struct %s", type);
	for (unsigned i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(slice, btf_members(t)[i].name_off), name))
			return &btf_members(t)[i];
	return NULL;
}

Test(btf_slice, wanted_members_keep_the_offsets_of_the_kernel)
{
	cr_assert_eq(cut(NULL), 0, "%s", err.message);
	cr_assert_eq(member("inner", "b")->offset, 32);
	cr_assert_null(member("inner", "a"), "not wanted");
	cr_assert_eq(member("outer", "ptr")->offset, 128);
	cr_assert_null(member("outer", "pad"));
	cr_assert_null(member("outer", "z"));
}

Test(btf_slice, nameless_unions_and_modifiers_are_looked_through)
{
	const struct btf_type *nameless;

	cr_assert_eq(cut(NULL), 0, "%s", err.message);
	cr_assert_eq(member("outer", "")->offset, 64);
	nameless = btf__type_by_id(slice, member("outer", "")->type);
	cr_assert(btf_is_union(nameless));
	cr_assert_eq(btf_vlen(nameless), 1);
	cr_assert_str_eq(btf__name_by_offset(slice, btf_members(nameless)->name_off), "in");
	cr_assert(btf_is_struct(btf__type_by_id(slice, btf_members(nameless)->type)));
}

Test(btf_slice, values_of_enums_are_those_of_the_kernel)
{
	int id;

	cr_assert_eq(cut(NULL), 0, "%s", err.message);
	id = btf__find_by_name_kind(slice, "color", BTF_KIND_ENUM);
	cr_assert_gt(id, 0);
	cr_assert_eq(btf_enum(btf__type_by_id(slice, (uint32_t)id))->val, 7);
}

Test(btf_slice, it_is_small)
{
	cr_assert_eq(cut(NULL), 0, "%s", err.message);
	cr_assert_lt(btf__type_cnt(slice), 10);
}

Test(btf_slice, a_missing_required_structure_is_an_error)
{
	const char *const there[] = { "inner", "outer", NULL }, *const missing[] = { "gone", NULL };

	cr_assert_eq(cut(there), 0);
	btf__free(slice);
	slice = NULL;
	cr_assert_eq(cut(missing), -ENOENT);
	cr_assert_not_null(strstr(err.message, "struct gone"));
}

Test(btf_slice, malformed_input_is_refused)
{
	uint32_t size;
	const void *raw = btf__raw_data(kernel, &size);
	char *copy = malloc(size);

	for (uint32_t cut_at = 0; cut_at < 64; cut_at++) {
		memcpy(copy, raw, size);
		cr_assert_lt(btf_slice(copy, cut_at, wanted, NULL, &slice, &err), 0);
	}
	for (uint32_t at = 0; at < sizeof(struct btf_header) + 600; at++) {
		struct btf *result = NULL;

		memcpy(copy, raw, size);
		copy[at] = (char)0xff;
		if (btf_slice(copy, size, wanted, NULL, &result, &err) == 0)
			btf__free(result);
	}
	free(copy);
}
