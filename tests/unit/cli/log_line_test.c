/*
 * log_line_test.c - lines of the log file, whole ones and wreckage.
 */
#include "runtime/cli/log_line.h"

#include <criterion/criterion.h>
#include <string.h>

static bool parse(const char *text, struct log_line *line)
{
	return log_line_parse(text, strlen(text), line);
}

Test(log_line, parts_are_told_apart)
{
	struct log_line line;

	cr_assert(parse("2026-01-02T03:04:05.1Z stderr P some text ", &line));
	cr_assert(line.is_stderr && line.partial);
	cr_assert_eq(line.time_len, strlen("2026-01-02T03:04:05.1Z"));
	cr_assert(line.text_len == 10 && !memcmp(line.text, "some text ", 10));
	cr_assert(parse("t stdout F ", &line));
	cr_assert(!line.is_stderr && !line.partial && line.text_len == 0);
}

Test(log_line, what_no_monitor_wrote_is_refused)
{
	static const char *const bad[] = { "",
					   "t",
					   "t stdout",
					   "t stdout F",
					   "t stdin F x",
					   "t stdouts F x",
					   "t stdout X x",
					   "t stdout Fx" };
	struct log_line line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(parse(bad[i], &line), "'%s' was taken", bad[i]);
}
