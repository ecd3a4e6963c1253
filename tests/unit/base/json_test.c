/*
 * json_test.c - the parser's edges, typed access, and paths in messages.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "user/base/fmt.h"
#include "user/base/json.h"

static struct arena arena;
static struct err err;

static int parse(const char *text, struct json **root)
{
	err_reset(&err);
	return json_parse(&arena, text, strlen(text), root, &err);
}

static struct json *good(const char *text)
{
	struct json *root;

	cr_assert_eq(parse(text, &root), 0, "%s: %s", text, err.message);
	return root;
}

static void bad(const char *text, const char *message)
{
	struct json *root;

	cr_assert_eq(parse(text, &root), -EINVAL, "%s was accepted", text);
	cr_assert_str_eq(err.message, message);
}

Test(json, nothing_outside_the_grammar_is_accepted)
{
	static const char *const texts[] = {
		"",	     " ",	 "{",	    "[1,]",   "{\"a\":1,}",  "{a:1}",
		"{\"a\" 1}", "[1 2]",	 "'a'",	    "01",     "1.",	     ".5",
		"1e",	     "+1",	 "-",	    "0x10",   "NaN",	     "nul",
		"nullx",     "\"a",	 "\"\\x\"", "\"\t\"", "// c\n1",     "1 2",
		"[1]]",	     "{\"a\":}", "{,}",	    "[,1]",   "\"\\u12g4\"", "\"\\u\"",
		"tru",	     "[\"a\"",
	};
	struct json *root;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_assert_eq(parse(texts[i], &root), -EINVAL, "'%s' was accepted", texts[i]);
}

Test(json, errors_name_line_and_column)
{
	bad("{\n  \"a\": oops\n}", "JSON line 2 column 8: expected a value");
	bad("[1,\n2,]", "JSON line 2 column 3: trailing comma");
	bad("1 x", "JSON line 1 column 3: text after the end of the document");
}

Test(json, a_text_is_only_read_up_to_its_length)
{
	struct json *root;

	cr_assert_eq(json_parse(&arena, "[1]garbage", 3, &root, &err), 0);
	cr_assert_eq(json_parse(&arena, "12345", 2, &root, &err), 0);
	cr_assert_eq(root->magnitude, 12);
	cr_assert_eq(json_parse(&arena, "\"ab\"", 3, &root, &err), -EINVAL);
	cr_assert_eq(json_parse(&arena, "true", 3, &root, &err), -EINVAL);
}

Test(json, integers_have_64_bits_of_either_sign)
{
	int64_t i;
	uint64_t u;

	cr_assert_eq(json_u64(good("18446744073709551615"), &u, &err), 0);
	cr_assert_eq(u, UINT64_MAX);
	cr_assert_eq(json_i64(good("-9223372036854775808"), &i, &err), 0);
	cr_assert_eq(i, INT64_MIN);
	cr_assert_eq(json_i64(good("9223372036854775807"), &i, &err), 0);
	cr_assert_eq(i, INT64_MAX);
	cr_assert_eq(json_i64(good("9223372036854775808"), &i, &err), -EINVAL);
	cr_assert_eq(json_u64(good("-0"), &u, &err), 0);
	cr_assert_eq(json_u64(good("-1"), &u, &err), -EINVAL);
	cr_assert_eq(good("18446744073709551616")->type, JSON_REAL);
	cr_assert_eq(good("-9223372036854775809")->type, JSON_REAL);
	cr_assert_eq(json_u64(good("1.0"), &u, &err), -EINVAL);
	cr_assert_eq(json_u64(good("1e3"), &u, &err), -EINVAL);
}

Test(json, u32_is_bounded)
{
	uint32_t u;

	cr_assert_eq(json_u32(good("4294967295"), &u, &err), 0);
	cr_assert_eq(u, UINT32_MAX);
	cr_assert_eq(json_u32(good("4294967296"), &u, &err), -EINVAL);
	cr_assert_str_eq(err.message,
			 "(document): expected an integer up to 4294967295, got 4294967296");
}

Test(json, reals_are_read)
{
	cr_assert_eq(good("-1.5e2")->real, -150.0);
	cr_assert_eq(good("0.25")->real, 0.25);
}

Test(json, escapes_are_decoded)
{
	struct json *node = good("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\"");

	cr_assert_str_eq(node->text, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac");
}

Test(json, surrogates_are_joined_and_lone_ones_replaced)
{
	cr_assert_str_eq(good("\"\\ud83d\\ude00\"")->text, "\xf0\x9f\x98\x80");
	cr_assert_str_eq(good("\"\\ud83d\"")->text, "\xef\xbf\xbd");
	cr_assert_str_eq(good("\"\\ude00x\"")->text, "\xef\xbf\xbdx");
	cr_assert_str_eq(good("\"\\ud83d\\u0041\"")->text, "\xef\xbf\xbd"
							   "A");
}

Test(json, invalid_utf8_is_refused)
{
	static const char *const texts[] = {
		"\"\x80\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
		"\"\xc3\"", "\"\xff\"",	    "{\"\xc3\": 1}",
	};
	struct json *root;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_assert_eq(parse(texts[i], &root), -EINVAL, "%zu was accepted", i);
}

Test(json, nul_bytes_are_kept_but_are_no_c_string)
{
	struct json *node = good("\"a\\u0000b\"");
	const char *text;

	cr_assert_eq(node->len, 3);
	cr_assert_eq(memcmp(node->text, "a\0b", 3), 0);
	cr_assert_eq(json_string(node, &text, &err), -EINVAL);
	bad("{\"a\\u0000\": 1}", "JSON line 1 column 11: NUL byte in a member name");
}

Test(json, depth_is_bounded)
{
	char text[2 * JSON_MAX_DEPTH + 3];
	struct json *root;

	memset(text, '[', JSON_MAX_DEPTH);
	memset(text + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
	text[2 * JSON_MAX_DEPTH] = '\0';
	cr_assert_eq(parse(text, &root), 0);
	memset(text, '[', JSON_MAX_DEPTH + 1);
	cr_assert_eq(parse(text, &root), -EINVAL);
	cr_assert_not_null(strstr(err.message, "nested too deeply"));
}

Test(json, the_last_of_equal_members_wins_and_null_is_absent)
{
	struct json *root = good("{\"a\": 1, \"b\": 2, \"a\": 3, \"n\": 4, \"n\": null}");
	uint64_t value = 9;

	cr_assert_eq(json_get(root, "a")->magnitude, 3);
	cr_assert_null(json_get(root, "n"));
	cr_assert_eq(json_get_u64(root, "n", &value, &err), 0);
	cr_assert_eq(value, 9, "an absent member leaves the value alone");
	cr_assert_null(json_get(json_get(root, "a"), "x"), "an integer has no members");
	cr_assert_null(json_get(NULL, "x"));
}

Test(json, paths_name_members_and_elements)
{
	struct json *root = good("{\"a\": {\"b\": [1, [2, {\"c\": 3}]]}}");
	struct json *inner = json_get(json_get(root, "a"), "b")->child->next->child->next->child;
	char path[64], small[8];

	cr_assert_str_eq(json_path(inner, path, sizeof(path)), "a.b[1][1].c");
	cr_assert_str_eq(json_path(root, path, sizeof(path)), "(document)");
	cr_assert_str_eq(json_path(good("[[7]]")->child->child, path, sizeof(path)), "[0][0]");
	cr_assert_lt(strlen(json_path(inner, small, sizeof(small))), sizeof(small));
}

Test(json, a_path_is_one_line_whatever_the_keys_hold)
{
	char path[64];

	json_path(good("{\"a\\nb\\u007f\": 1}")->child, path, sizeof(path));
	cr_assert_str_eq(path, "a?b?");
}

Test(json, type_errors_show_what_is_there)
{
	struct json *root = good("{\"s\": \"x\\u001b[1m\", \"b\": true, \"o\": {}, \"a\": [], "
				 "\"z\": null, \"r\": 1.5}");
	const char *text;
	bool flag;

	cr_assert_eq(json_get_bool(root, "s", &flag, &err), -EINVAL);
	cr_assert_str_eq(err.message, "s: expected true or false, got \"x\\x1b[1m\"");
	cr_assert_eq(json_get_string(root, "b", &text, &err), -EINVAL);
	cr_assert_str_eq(err.message, "b: expected a string, got true");
	cr_assert_eq(json_get_string(root, "o", &text, &err), -EINVAL);
	cr_assert_str_eq(err.message, "o: expected a string, got an object");
	cr_assert_eq(json_get_string(root, "r", &text, &err), -EINVAL);
	cr_assert_str_eq(err.message,
			 "r: expected a string, got a number with a fraction or exponent");
}

Test(json, string_vectors_end_with_null)
{
	struct json *root = good("{\"v\": [\"a\", \"b\"], \"e\": [], \"x\": [\"a\", 1]}");
	const char *const *vector;

	cr_assert_eq(json_get_strings(&arena, root, "v", &vector, &err), 0);
	cr_assert_str_eq(vector[1], "b");
	cr_assert_null(vector[2]);
	cr_assert_eq(json_get_strings(&arena, root, "e", &vector, &err), 0);
	cr_assert_null(vector[0]);
	cr_assert_eq(json_get_strings(&arena, root, "none", &vector, &err), 0);
	cr_assert_null(vector);
	cr_assert_eq(json_get_strings(&arena, root, "x", &vector, &err), -EINVAL);
	cr_assert_str_eq(err.message, "x[1]: expected a string, got 1");
}

Test(json, containers_remember_their_source)
{
	struct json *inner = json_get(good("{\"a\": [1, 2 ], \"b\": 3}"), "a");

	cr_assert_eq(inner->source_len, 7);
	cr_assert_eq(memcmp(inner->source, "[1, 2 ]", 7), 0);
	cr_assert_eq(inner->count, 2);
}

static const char *const fold_b[] = { "a", "b", NULL };

static int fold(const char *text, struct json **root)
{
	err_reset(&err);
	return json_parse_folding(&arena, text, strlen(text), fold_b, root, &err);
}

Test(json, a_folded_object_has_its_source_until_it_is_unfolded)
{
	struct json *root, *b;

	cr_assert_eq(fold("{\"b\": {\"x\": 0}, \"a\": {\"b\": {\"c\": \"}\\\"]\", \"d\": [{}]}, "
			  "\"e\": {\"b\": {}}}}",
			  &root),
		     0, "%s", err.message);
	cr_assert_not(json_get(root, "b")->folded, "another b");
	cr_assert_not(json_get(json_get(json_get(root, "a"), "e"), "b")->folded, "a deeper b");
	b = json_get(json_get(root, "a"), "b");
	cr_assert(b->folded && !b->child);
	cr_assert_eq(memcmp(b->source, "{\"c\": \"}\\\"]\", \"d\": [{}]}", b->source_len), 0);
	cr_assert_eq(json_unfold(&arena, b, &err), 0);
	cr_assert_eq(b->count, 2);
	cr_assert_str_eq(json_get(b, "c")->text, "}\"]");
	json_err(json_get(b, "d")->child, &err, "here");
	cr_assert_str_eq(err.message, "a.b.d[0]: here");
	cr_assert_eq(json_unfold(&arena, b, &err), 0, "twice is once");
}

Test(json, what_is_wrong_in_a_folded_object_shows_when_it_is_unfolded)
{
	static const char *const texts[] = { "{\"a\": {\"b\": {oops}}}", "{\"a\": {\"b\": {]}}",
					     "{\"a\": {\"b\": {\"c\": 1,}}}" };
	struct json *root;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cr_assert_eq(fold(texts[i], &root), 0, "%s", texts[i]);
		cr_assert_eq(json_unfold(&arena, json_get(json_get(root, "a"), "b"), &err), -EINVAL,
			     "%s", texts[i]);
		cr_assert_eq(strncmp(err.message, "a.b: JSON line 1", 16), 0, "%s", err.message);
	}
	cr_assert_eq(fold("{\"a\": {\"b\": {\"c\": \"\\", &root), -EINVAL);
	cr_assert_eq(fold("{\"a\": {\"b\": {\"}", &root), -EINVAL);
}

Test(json, only_objects_are_folded)
{
	struct json *root;

	cr_assert_eq(fold("{\"a\": {\"b\": [1]}}", &root), 0);
	cr_assert_eq(json_get(json_get(root, "a"), "b")->count, 1);
	cr_assert_eq(fold("{\"a\": [{\"b\": {}}]}", &root), 0);
	cr_assert_not(json_get(json_get(root, "a")->child, "b")->folded);
}
