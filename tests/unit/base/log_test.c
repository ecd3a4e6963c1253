/*
 * log_test.c - what stands on stderr and in the log file of an OCI runtime.
 */
#include "user/base/log.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char text[2048];

static int catch_stderr(void)
{
	int fd = memfd_create("cbox-test-log", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	return fd;
}

static const char *contents(int fd)
{
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	cr_assert_geq(n, 0);
	text[n] = '\0';
	return text;
}

Test(log, a_warning_names_program_and_command_and_less_is_dropped)
{
	int fd = catch_stderr();

	log_name("prog", "run");
	log_warning("%d of %s", 3, "x");
	log_info("not asked for");
	cr_assert_str_eq(contents(fd), "prog: run: warning: 3 of x\n");
}

Test(log, control_characters_do_not_reach_the_terminal)
{
	int fd = catch_stderr();

	log_name("prog", NULL);
	log_message(LOG_ERROR, "a\033[31mb\nc");
	cr_assert_null(strchr(contents(fd), '\033'), "%s", text);
	cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1, "one line: %s", text);
}

Test(log, an_error_prints_its_hint_and_gives_its_exit_status)
{
	struct err err = { 0 };
	int fd = catch_stderr();

	log_name("prog", NULL);
	err_set(&err, EINVAL, "bad");
	err_hint(&err, "do good");
	err.status = 42;
	cr_assert_eq(log_err(&err), 42);
	cr_assert_str_eq(contents(fd), "prog: bad\nhint: do good\n");
}

Test(log, the_file_gets_json_lines_that_quote_the_message)
{
	struct err err = { 0 };
	int fd = memfd_create("cbox-test-log", MFD_CLOEXEC);

	catch_stderr();
	cr_assert_geq(fd, 0);
	log_to_file(fd, true);
	err_set(&err, EINVAL, "say \"x\"");
	log_err(&err);
	contents(fd);
	cr_assert(strstr(text, "\"level\":\"error\""), "%s", text);
	cr_assert(strstr(text, "\"msg\":\"say \\\"x\\\"\""), "%s", text);
	cr_assert(strstr(text, "\"time\":\"20"), "%s", text);
}
