/*
 * arena_test.c - alignment, zeroed memory, growth, overflow.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "user/base/arena.h"

Test(arena, memory_is_zeroed_and_aligned)
{
	cleanup_arena struct arena arena = { 0 };

	for (size_t size = 0; size < 300; size += 7) {
		char *p = arena_alloc(&arena, size);

		cr_assert_not_null(p);
		cr_assert_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(p[i], 0);
		memset(p, 0xff, size);
	}
}

Test(arena, a_lent_buffer_is_used_first_and_not_freed)
{
	static char buffer[256];
	struct arena arena = { 0 };
	char *p;

	arena_use(&arena, buffer + 1, sizeof(buffer) - 1);
	p = arena_alloc(&arena, 64);
	cr_assert(p > buffer && p < buffer + sizeof(buffer));
	p = arena_alloc(&arena, 1024);
	cr_assert(p < buffer || p >= buffer + sizeof(buffer), "too large for the buffer");
	arena_free(&arena);
	cr_assert_null(arena.next);
}

Test(arena, a_buffer_too_small_to_align_is_ignored)
{
	static char buffer[2];
	cleanup_arena struct arena arena = { 0 };

	arena_use(&arena, buffer + 1, 1);
	cr_assert_not_null(arena_alloc(&arena, 1));
}

Test(arena, blocks_larger_than_the_usual_are_given)
{
	cleanup_arena struct arena arena = { 0 };
	char *p = arena_alloc(&arena, 1 << 20);

	cr_assert_not_null(p);
	p[(1 << 20) - 1] = 1;
}

Test(arena, sizes_that_overflow_are_enomem)
{
	cleanup_arena struct arena arena = { 0 };
	volatile size_t huge = SIZE_MAX;

	cr_assert_null(arena_alloc(&arena, huge));
	cr_assert_eq(errno, ENOMEM);
	cr_assert_null(arena_alloc(&arena, huge - 32));
	cr_assert_null(arena_calloc(&arena, huge / 2, 3));
}

Test(arena, text_is_copied_and_formatted)
{
	cleanup_arena struct arena arena = { 0 };

	cr_assert_str_eq(arena_strndup(&arena, "abcdef", 3), "abc");
	cr_assert_str_eq(arena_strdup(&arena, ""), "");
	cr_assert_str_eq(arena_printf(&arena, "%s-%d", "a", 7), "a-7");
}
