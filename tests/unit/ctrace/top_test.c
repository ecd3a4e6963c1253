/*
 * top_test.c - sums per key in bounded memory.
 */
#include <criterion/criterion.h>

#include "user/base/fmt.h"
#include "user/ctrace/top.h"

Test(top, equal_keys_are_summed_and_the_largest_come_first)
{
	struct top top = { 0 };
	const struct top_entry *e[8];

	top_add(&top, "a", 10, 1);
	top_add(&top, "b", 25, 1);
	top_add(&top, "a", 10, 1);
	top_add(&top, "c", 20, 9);
	cr_assert_eq(top_largest(&top, e, 8), 3);
	cr_assert_str_eq(e[0]->key, "b");
	cr_assert_str_eq(e[1]->key, "c", "equal bytes: more time first");
	cr_assert_str_eq(e[2]->key, "a");
	cr_assert_eq(e[2]->events, 2);
	cr_assert_eq(top_largest(&top, e, 2), 2);
	cr_assert_eq(top_largest(&top, e, 0), 0);
	top_free(&top);
}

Test(top, memory_is_bounded_and_no_byte_is_missing)
{
	struct top top = { 0 };
	uint64_t bytes = 0;
	char key[32];

	for (int i = 0; i < TOP_MAX_KEYS + 500; i++) {
		fmt_string(key, sizeof(key), "/path/%d", i);
		top_add(&top, key, 3, 1);
	}
	cr_assert_eq(top.used, TOP_MAX_KEYS);
	for (size_t i = 0; i < top.capacity; i++)
		bytes += top.slots[i].bytes;
	cr_assert_eq(bytes + top.rest.bytes, (TOP_MAX_KEYS + 500) * 3);
	top_add(&top, "/path/7", 1000, 1);
	cr_assert_eq(top.rest.bytes, 1500, "a known key keeps its own entry");
	top_free(&top);
}
