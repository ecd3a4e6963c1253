/*
 * golden.h - comparing output with a file in tests/golden; UPDATE=1 in the environment rewrites it.
 */
#ifndef CBOX_TESTS_CTRACE_GOLDEN_H
#define CBOX_TESTS_CTRACE_GOLDEN_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

static inline void assert_golden(const char *name, const char *text)
{
	cleanup_free char *expected = NULL;
	struct err err = { 0 };
	char path[256];

	fmt_string(path, sizeof(path), "tests/golden/%s", name);
	if (getenv("UPDATE"))
		cr_assert_eq(file_write_atomic(AT_FDCWD, path, text, strlen(text), 0644,
					       FILE_VOLATILE, &err),
			     0, "%s", err.message);
	cr_assert_geq(file_read(AT_FDCWD, path, 1 << 20, &expected, &err), 0, "%s", err.message);
	cr_assert_str_eq(text, expected, "differs from %s; UPDATE=1 rewrites it", path);
}

#endif
