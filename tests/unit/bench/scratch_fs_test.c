/*
 * scratch_fs_test.c - what can be said without privilege: wrong words, and a folder that cannot
 * hold an image. The file systems themselves are made in the integration tests.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/scratch_fs.h"
#include "bench/write_cell.h"

Test(scratch_fs, an_unknown_file_system_is_wrong_usage_with_the_known_ones)
{
	struct scratch_fs fs;
	struct err err = { 0 };

	cr_assert_eq(scratch_fs_open(&fs, "ext5", "/tmp", "/tmp", 1 << 20, &err), -EINVAL);
	cr_assert_eq(err.status, EXIT_USAGE);
	cr_assert_not_null(strstr(err.message, "xfs-noreflink"));
}

Test(scratch_fs, a_folder_that_cannot_hold_an_image_is_named)
{
	struct scratch_fs fs;
	struct err err = { 0 };

	cr_assert_lt(scratch_fs_open(&fs, "ext4", "/proc/self", "/tmp", 1 << 20, &err), 0);
	cr_assert_not_null(strstr(err.message, "/proc/self"));
	cr_assert_not_null(strstr(err.hint, "--dir"));
	cr_assert_not(fs.mounted);
}
