/*
 * fmt_test.c - the printf subset against snprintf, truncation included.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "user/base/fmt.h"

#define same(...)                                                            \
	do {                                                                 \
		char ours_[128], libc_[128];                                 \
		size_t len_ = fmt_string(ours_, sizeof(ours_), __VA_ARGS__); \
		int want_ = snprintf(libc_, sizeof(libc_), __VA_ARGS__);     \
		cr_assert_str_eq(ours_, libc_);                              \
		cr_assert_eq(len_, (size_t)want_);                           \
	} while (0)

Test(fmt, agrees_with_printf_on_the_subset)
{
	same("plain %% text");
	same("%s|%10s|%-10s|%.2s|%.*s", "abc", "abc", "abc", "abc", 1, "abc");
	same("%d %i %u", INT_MIN, -1, UINT_MAX);
	same("%ld %lu %lld %llu", LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX);
	same("%zu %zd", SIZE_MAX, (ssize_t)-1);
	same("%x %lx %llx %o", 0xbeefU, 0xbeefUL, UINT64_MAX + 0ULL, 0755U);
	same("%08x|%5d|%-5d|%05d|%*d", 0xabcU, -42, -42, -42, 7, 1);
	same("%c%c|%3c", 'a', 'b', 'c');
	same("%p", (void *)0x1234);
	same("%u", 0U);
}

Test(fmt, truncates_and_tells_the_full_length)
{
	char buf[4] = "xxx";

	cr_assert_eq(fmt_string(buf, sizeof(buf), "%s", "abcdef"), 6);
	cr_assert_str_eq(buf, "abc");
	cr_assert_eq(fmt_string(NULL, 0, "%d", 12345), 5);
	cr_assert_eq(fmt_string(buf, 1, "%d", 12345), 5);
	cr_assert_str_eq(buf, "");
}

Test(fmt, precision_reads_no_further_than_it_says)
{
	char unterminated[2] = { 'a', 'b' }, buf[16];

	fmt_string(buf, sizeof(buf), "%.*s", 2, unterminated);
	cr_assert_str_eq(buf, "ab");
}

Test(fmt, a_null_string_is_shown_as_such)
{
	const char *volatile none = NULL;
	char buf[16];

	fmt_string(buf, sizeof(buf), "%s", none);
	cr_assert_str_eq(buf, "(null)");
}
