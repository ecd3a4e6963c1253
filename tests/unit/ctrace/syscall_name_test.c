/*
 * syscall_name_test.c - the generated table agrees with the headers.
 */
#include <criterion/criterion.h>
#include <sys/syscall.h>

#include "user/ctrace/syscall_name.h"

Test(syscall_name, known_numbers_have_their_names)
{
	cr_assert_str_eq(syscall_name(__NR_openat), "openat");
	cr_assert_str_eq(syscall_name(__NR_renameat2), "renameat2");
	cr_assert_str_eq(syscall_name(__NR_fchmodat), "fchmodat");
}

Test(syscall_name, other_numbers_have_none)
{
	cr_assert_null(syscall_name(-1));
	cr_assert_null(syscall_name(100000));
}
