/*
 * err_test.c - how messages are built, and that every failure is a negative number.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "user/base/err.h"

Test(err, sys_appends_the_reason)
{
	struct err err = { 0 };

	errno = ENOENT;
	cr_assert_eq(err_sys(&err, "open '%s'", "/x"), -ENOENT);
	cr_assert_str_eq(err.message, "open '/x': No such file or directory");
	cr_assert_eq(err.number, ENOENT);
}

Test(err, num_takes_either_sign)
{
	struct err err = { 0 };

	cr_assert_eq(err_num(&err, EPERM, "a"), -EPERM);
	cr_assert_eq(err_num(&err, -EPERM, "a"), -EPERM);
	cr_assert_str_eq(err.message, "a: Operation not permitted");
}

Test(err, a_failure_without_a_number_is_still_one)
{
	struct err err = { 0 };

	cr_assert_eq(err_set(&err, 0, "odd"), -EIO);
}

Test(err, wrap_puts_context_in_front)
{
	struct err err = { 0 };

	err_set(&err, EINVAL, "inner");
	cr_assert_eq(err_wrap(&err, "outer %d", 1), -EINVAL);
	cr_assert_str_eq(err.message, "outer 1: inner");
}

Test(err, the_first_hint_stays)
{
	struct err err = { 0 };

	err_set(&err, EINVAL, "a");
	err_hint(&err, "first");
	cr_assert_eq(err_hint(&err, "second"), -EINVAL);
	cr_assert_str_eq(err.hint, "first");
}

Test(err, a_missing_system_call_is_unsupported_and_says_which_kernel_has_it)
{
	struct err err = { 0 };

	err_num(&err, ENOSYS, "open the target");
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
	cr_assert(strstr(err.hint, "5.12"));
	err_reset(&err);
	err_set(&err, ENOSYS, "not a system call");
	cr_assert_eq(err.status, 0);
}

Test(err, status_is_kept_until_reset)
{
	struct err err = { 0 };

	err_set(&err, ENOSYS, "a");
	cr_assert_eq(err_status(&err, EXIT_UNSUPPORTED), -ENOSYS);
	cr_assert_eq(err.status, EXIT_UNSUPPORTED);
	err_reset(&err);
	cr_assert(err.status == 0 && err.number == 0 && !err.message[0] && !err.hint[0]);
}

Test(err, long_messages_are_cut_not_overrun)
{
	struct err err = { 0 };
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_num(&err, EPERM, "%s", text);
	cr_assert_eq(strlen(err.message), sizeof(err.message) - 1);
	err_wrap(&err, "%s", text);
	cr_assert_eq(strlen(err.message), sizeof(err.message) - 1);
}

Test(err, null_is_allowed_everywhere)
{
	cr_assert_eq(err_num(NULL, EPERM, "a"), -EPERM);
	cr_assert_lt(err_wrap(NULL, "a"), 0);
	cr_assert_lt(err_hint(NULL, "a"), 0);
	cr_assert_lt(err_status(NULL, EXIT_USAGE), 0);
}

Test(err, unknown_numbers_have_a_reason_too)
{
	cr_assert_not_null(err_reason(99999));
	cr_assert_str_eq(err_reason(EPERM), "Operation not permitted");
}
