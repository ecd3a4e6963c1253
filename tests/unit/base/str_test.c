/*
 * str_test.c - growing text, UTF-8, and text made safe for a terminal.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "user/base/str.h"

Test(str, buffers_grow_and_stay_terminated)
{
	cleanup_strbuf struct strbuf buf = { 0 };

	for (int i = 0; i < 1000; i++) {
		strbuf_putc(&buf, 'x');
		cr_assert_eq(buf.data[buf.len], '\0');
	}
	strbuf_printf(&buf, "%d", 42);
	cr_assert_eq(buf.len, 1002);
	cr_assert_str_eq(buf.data + 1000, "42");
}

Test(str, take_gives_text_even_when_empty)
{
	struct strbuf buf = { 0 };
	char *text = strbuf_take(&buf);

	cr_assert_str_eq(text, "");
	cr_assert_null(buf.data);
	free(text);
}

Test(str, a_failed_buffer_stays_failed)
{
	cleanup_strbuf struct strbuf buf = { 0 };

	strbuf_append(&buf, "", SIZE_MAX / 2);
	cr_assert(buf.failed);
	strbuf_puts(&buf, "x");
	cr_assert_eq(buf.len, 0);
	cr_assert_null(strbuf_take(&buf));
}

Test(str, prefixes_and_suffixes)
{
	cr_assert(str_starts_with("abc", "ab"));
	cr_assert(str_starts_with("abc", ""));
	cr_assert_not(str_starts_with("ab", "abc"));
	cr_assert(str_ends_with("abc", "bc"));
	cr_assert_not(str_ends_with("bc", "abc"));
}

Test(str, utf8_accepts_what_rfc_3629_does)
{
	cr_assert_eq(utf8_sequence("a", 1), 1);
	cr_assert_eq(utf8_sequence("\xc3\xa9", 2), 2);
	cr_assert_eq(utf8_sequence("\xe2\x82\xac", 3), 3);
	cr_assert_eq(utf8_sequence("\xf4\x8f\xbf\xbf", 4), 4);
	cr_assert_eq(utf8_sequence("\xc3\xa9", 1), 0, "cut off");
	cr_assert_eq(utf8_sequence("\xc0\x80", 2), 0, "overlong");
	cr_assert_eq(utf8_sequence("\xe0\x9f\xbf", 3), 0, "overlong");
	cr_assert_eq(utf8_sequence("\xed\xa0\x80", 3), 0, "surrogate");
	cr_assert_eq(utf8_sequence("\xf4\x90\x80\x80", 4), 0, "above U+10FFFF");
	cr_assert_eq(utf8_sequence("\x80", 1), 0, "continuation alone");
}

Test(str, escaped_text_cannot_act_on_a_terminal)
{
	cleanup_strbuf struct strbuf buf = { 0 };
	static const char text[] = "a\x1b[2J\n\\\x7f\xc2\x9b\xff\xc3\xa9\0z";

	strbuf_puts_escaped(&buf, text, sizeof(text) - 1);
	cr_assert_str_eq(buf.data, "a\\x1b[2J\\x0a\\\\\\x7f\\xc2\\x9b\\xff\xc3\xa9\\x00z");
}
