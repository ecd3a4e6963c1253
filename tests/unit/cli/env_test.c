/*
 * env_test.c - which value wins, and what an env file may hold.
 */
#include "runtime/cli/env.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(env, the_last_value_of_a_name_wins_and_keeps_its_place)
{
	struct arena arena = { 0 };
	struct env env = { .arena = &arena };
	struct err err = { 0 };

	cr_assert_eq(env_set(&env, "PATH=/bin", &err), 0);
	cr_assert_eq(env_set(&env, "PATHS=x", &err), 0);
	cr_assert_eq(env_set(&env, "PATH=/sbin=y", &err), 0);
	cr_assert_eq(env.count, 2);
	cr_assert_str_eq(env.items[0], "PATH=/sbin=y");
	cr_assert_str_eq(env_get(&env, "PATH"), "/sbin=y");
	cr_assert_null(env.items[2]);
	cr_assert_null(env_get(&env, "PAT"));
	arena_free(&arena);
}

Test(env, a_name_alone_takes_the_callers_value_or_unsets)
{
	struct arena arena = { 0 };
	struct env env = { .arena = &arena };
	struct err err = { 0 };

	setenv("CBOX_TEST_SET", "from caller", 1);
	unsetenv("CBOX_TEST_UNSET");
	cr_assert_eq(env_set_or_inherit(&env, "CBOX_TEST_SET", &err), 0);
	cr_assert_str_eq(env_get(&env, "CBOX_TEST_SET"), "from caller");
	cr_assert_eq(env_set(&env, "CBOX_TEST_UNSET=image", &err), 0);
	cr_assert_eq(env_set_or_inherit(&env, "CBOX_TEST_UNSET", &err), 0);
	cr_assert_null(env_get(&env, "CBOX_TEST_UNSET"));
	cr_assert_eq(env_set(&env, "=x", &err), -EINVAL);
	cr_assert_eq(env_set_or_inherit(&env, "", &err), -EINVAL);
	arena_free(&arena);
}

Test(env, files_skip_comments_and_name_the_line_of_an_error)
{
	static const char text[] = "# comment\n\n  A=1 2 # kept\r\nB=\nbad name=x\n";
	char path[] = "/tmp/cbox-test-env-XXXXXX";
	struct arena arena = { 0 };
	struct env env = { .arena = &arena };
	struct err err = { 0 };
	int fd = mkstemp(path);

	cr_assert_eq(write(fd, text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
	close(fd);
	cr_assert_eq(env_read_file(&env, path, &err), -EINVAL);
	cr_assert(strstr(err.message, ":5:"), "%s", err.message);
	cr_assert_str_eq(env_get(&env, "A"), "1 2 # kept");
	cr_assert_str_eq(env_get(&env, "B"), "");
	unlink(path);
	arena_free(&arena);
}
