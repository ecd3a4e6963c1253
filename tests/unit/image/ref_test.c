/*
 * ref_test.c - names people type, and the file names that stand for them.
 */
#include "runtime/image/ref.h"

#include <criterion/criterion.h>
#include <string.h>

static void reads(const char *text, const char *expected)
{
	struct ref ref;
	struct err err = { 0 };

	cr_assert_eq(ref_parse(text, &ref, &err), 0, "%s: %s", text, err.message);
	cr_assert_str_eq(ref.text, expected);
	cr_assert_eq(ref.text[ref.name_len], ':');
}

Test(ref, the_tag_defaults_to_latest)
{
	reads("demo", "demo:latest");
	reads("demo:v1.0_X-y", "demo:v1.0_X-y");
	reads("registry.example:5000/team/app", "registry.example:5000/team/app:latest");
	reads("localhost:5000/a:b", "localhost:5000/a:b");
}

Test(ref, what_is_no_name_is_refused)
{
	static const char *const bad[] = { "",	 ":tag", "Demo", "a b",	 "-a",
					   "a-", "/a",	 "a//b", "a/",	 "a:b/c:d e",
					   "a:", "a:.b", "../a", "a:b:c" };
	struct ref ref;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_lt(ref_parse(bad[i], &ref, NULL), 0, "'%s' was read", bad[i]);
}

Test(ref, too_long_for_a_file_name_is_refused)
{
	char text[300];
	struct ref ref;

	memset(text, 'a', sizeof(text));
	text[248] = '\0';
	cr_assert_eq(ref_parse(text, &ref, NULL), 0);
	text[248] = 'a';
	text[250] = '\0';
	cr_assert_lt(ref_parse(text, &ref, NULL), 0);
}

Test(ref, file_names_lead_back)
{
	char name[REF_SIZE];
	struct ref ref, back;

	cr_assert_eq(ref_parse("host:80/a/b:c", &ref, NULL), 0);
	cr_assert_str_eq(ref_file_name(&ref, name), "host:80%a%b:c");
	cr_assert(ref_from_file_name(name, &back));
	cr_assert_str_eq(back.text, ref.text);
	cr_assert_not(ref_from_file_name(".123.tmp", &back));
}
