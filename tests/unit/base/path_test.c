/*
 * path_test.c - lexical paths: what cleaning does, and what counts as an id.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "user/base/path.h"

static void cleans(const char *path, const char *to)
{
	char buf[64];

	cr_assert_eq(path_clean(path, buf, sizeof(buf)), 0, "%s", path);
	cr_assert_str_eq(buf, to, "%s", path);
}

Test(path, cleaning_never_leaves_the_root)
{
	cleans("/", "/");
	cleans("", "/");
	cleans("/a/../b//c/.", "/b/c");
	cleans("a/b", "/a/b");
	cleans("/../../a", "/a");
	cleans("/a/../..", "/");
	cleans("/a/..b/...", "/a/..b/...");
	cleans("/a/b/../", "/a");
}

Test(path, cleaning_tells_when_it_does_not_fit)
{
	char buf[5];

	cr_assert_eq(path_clean("/abc", buf, sizeof(buf)), 0);
	cr_assert_str_eq(buf, "/abc");
	cr_assert_eq(path_clean("/abcd", buf, sizeof(buf)), -ENAMETOOLONG);
	cr_assert_eq(path_clean("/", buf, 1), -ENAMETOOLONG);
}

Test(path, joining_puts_one_slash_between)
{
	char buf[8];

	cr_assert_eq(path_join("/a/", "/b", buf, sizeof(buf)), 0);
	cr_assert_str_eq(buf, "/a/b");
	cr_assert_eq(path_join("/", "b", buf, sizeof(buf)), 0);
	cr_assert_str_eq(buf, "/b");
	cr_assert_eq(path_join("/abc", "defg", buf, sizeof(buf)), -ENAMETOOLONG);
}

Test(path, base_is_what_follows_the_last_slash)
{
	cr_assert_str_eq(path_base("/a/b"), "b");
	cr_assert_str_eq(path_base("b"), "b");
	cr_assert_str_eq(path_base("/a/"), "");
}

Test(path, below_means_whole_components)
{
	cr_assert(path_is_below("/a/b", "/a"));
	cr_assert(path_is_below("/a", "/a"));
	cr_assert(path_is_below("/a", "/"));
	cr_assert_not(path_is_below("/ab", "/a"));
	cr_assert_not(path_is_below("/", "/a"));
}

Test(path, ids_are_safe_as_file_names)
{
	static const char *const bad[] = { "",	  ".",	 "..",	".a",	   "-a",
					   "a/b", "a b", "a\n", "\xc3\xa9" };
	char text[130];

	cr_assert(path_is_id("a"));
	cr_assert(path_is_id("Web_1.2+x-y"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_assert_not(path_is_id(bad[i]), "'%s'", bad[i]);
	memset(text, 'a', 129);
	text[129] = '\0';
	cr_assert_not(path_is_id(text));
	text[128] = '\0';
	cr_assert(path_is_id(text));
}
