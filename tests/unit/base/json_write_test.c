/*
 * json_write_test.c - separators, indentation and escaping.
 */
#include <criterion/criterion.h>

#include "user/base/json_write.h"

static void expect(struct json_writer *w, const char *text)
{
	cr_assert_str_eq(w->out.data, text);
	strbuf_free(&w->out);
}

Test(json_write, commas_stand_between_values_only)
{
	struct json_writer w = { 0 };

	jw_object_begin(&w);
	jw_member_string(&w, "a", "x");
	jw_key(&w, "b");
	jw_array_begin(&w);
	jw_u64(&w, UINT64_MAX);
	jw_i64(&w, INT64_MIN);
	jw_object_begin(&w);
	jw_object_end(&w);
	jw_array_begin(&w);
	jw_array_end(&w);
	jw_null(&w);
	jw_array_end(&w);
	jw_member_bool(&w, "c", false);
	jw_object_end(&w);
	expect(&w, "{\"a\":\"x\",\"b\":[18446744073709551615,-9223372036854775808,{},[],null],"
		   "\"c\":false}");
}

Test(json_write, indentation_puts_members_on_lines)
{
	struct json_writer w = { .indent = 2 };

	jw_object_begin(&w);
	jw_member_u64(&w, "a", 1);
	jw_key(&w, "b");
	jw_array_begin(&w);
	jw_bool(&w, true);
	jw_array_end(&w);
	jw_key(&w, "c");
	jw_object_begin(&w);
	jw_object_end(&w);
	jw_object_end(&w);
	expect(&w, "{\n  \"a\": 1,\n  \"b\": [\n    true\n  ],\n  \"c\": {}\n}");
}

Test(json_write, strings_are_escaped_and_always_utf8)
{
	struct json_writer w = { 0 };

	jw_string_len(&w, "\"\\\n\t\x01\x7f\0\xc3\xa9\xff", 10);
	expect(&w, "\"\\\"\\\\\\n\\t\\u0001\\u007f\\u0000\xc3\xa9\\ufffd\"");
}

Test(json_write, a_null_string_is_null_and_a_null_vector_empty)
{
	static const char *const vector[] = { "a", "b", NULL };
	struct json_writer w = { 0 };

	jw_object_begin(&w);
	jw_member_string(&w, "s", NULL);
	jw_member_strings(&w, "n", NULL);
	jw_member_strings(&w, "v", vector);
	jw_object_end(&w);
	expect(&w, "{\"s\":null,\"n\":[],\"v\":[\"a\",\"b\"]}");
}
