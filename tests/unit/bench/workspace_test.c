/*
 * workspace_test.c - what counts as the token, and what is shown of a failure's output.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/workspace.h"

static struct workspace with_output(const char *out, const char *error)
{
	struct workspace ws = { .token = "0123456789abcdef" };

	ws.out = memfd_create("out", MFD_CLOEXEC);
	ws.err = memfd_create("err", MFD_CLOEXEC);
	cr_assert_eq(write(ws.out, out, strlen(out)), (ssize_t)strlen(out));
	cr_assert_eq(write(ws.err, error, strlen(error)), (ssize_t)strlen(error));
	return ws;
}

static bool seen(const char *out)
{
	struct workspace ws = with_output(out, "");
	bool result = workspace_token_seen(&ws);

	close(ws.out);
	close(ws.err);
	return result;
}

Test(workspace, the_token_counts_only_as_a_line_of_its_own)
{
	cr_assert(seen("0123456789abcdef\n"));
	cr_assert(seen("pulling…\n0123456789abcdef\r\n"));
	cr_assert_not(seen(""));
	cr_assert_not(seen("0123456789abcde\n"));
	cr_assert_not(seen("args: 0123456789abcdef\n"));
	cr_assert_not(seen("0123456789abcdef0\n"));
}

Test(workspace, last_words_are_one_line_that_cannot_act_on_a_terminal)
{
	struct workspace ws = with_output("out\n", "first\nlast \033[31mred\n\n");
	char words[64];

	workspace_last_words(&ws, words, sizeof(words));
	cr_assert_str_eq(words, "last \\x1b[31mred");
	close(ws.out);
	close(ws.err);
}

Test(workspace, last_words_fall_back_to_stdout)
{
	struct workspace ws = with_output("only\nout\n", "");
	char words[64];

	workspace_last_words(&ws, words, sizeof(words));
	cr_assert_str_eq(words, "out");
	workspace_rewind(&ws);
	workspace_last_words(&ws, words, sizeof(words));
	cr_assert_str_eq(words, "");
	close(ws.out);
	close(ws.err);
}

Test(workspace, which_takes_a_path_as_it_is_and_searches_a_name)
{
	char path[256];

	cr_assert_eq(workspace_which("/bin/sh", path, sizeof(path)), 0);
	cr_assert_str_eq(path, "/bin/sh");
	cr_assert_eq(workspace_which("sh", path, sizeof(path)), 0);
	cr_assert_eq(workspace_which("/bin/no-such-program", path, sizeof(path)), -ENOENT);
	cr_assert_eq(workspace_which("no-such-program", path, sizeof(path)), -ENOENT);
	cr_assert_str_eq(path, "");
}

Test(workspace, which_finds_system_programs_without_sbin_in_PATH)
{
	char path[256];

	setenv("PATH", "/nonexistent:", 1);
	cr_assert_eq(workspace_which("ldconfig", path, sizeof(path)), 0);
}

Test(workspace, opens_and_closes_without_privilege_and_leaves_nothing)
{
	struct workspace ws;
	struct err err = { 0 };
	char dir[128];

	if (access("/bin/busybox", R_OK) < 0)
		cr_skip_test("busybox is not installed");
	cr_assert_eq(workspace_open(&ws, &err), 0, "%s", err.message);
	cr_assert_eq(strlen(ws.token), 32);
	memcpy(dir, ws.dir, sizeof(dir));
	cr_assert_eq(access(dir, F_OK), 0);
	workspace_close(&ws);
	cr_assert_neq(access(dir, F_OK), 0);
}
