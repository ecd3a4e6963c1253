/*
 * tar_header_test.c - numbers of both notations, to the last bit.
 */
#include "runtime/image/tar_header.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int64_t number(const char *bytes, size_t len)
{
	int64_t v = -77;

	cr_assert_eq(tar_number((const unsigned char *)bytes, len, &v), 0);
	return v;
}

Test(tar_header, octal_may_be_padded_and_unterminated)
{
	cr_assert_eq(number("0000644", 8), 0644);
	cr_assert_eq(number("   644 \0", 8), 0644);
	cr_assert_eq(number("77777777", 8), 077777777);
	cr_assert_eq(number("\0\0\0\0\0\0\0\0", 8), 0);
}

Test(tar_header, base_256_reads_large_and_negative_numbers)
{
	int64_t v;

	cr_assert_eq(number("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12), INT64_C(2) << 32);
	cr_assert_eq(number("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12), -2);
	cr_assert_eq(tar_number((const unsigned char *)"\x80\0\1\0\0\0\0\0\0\0\0\0", 12, &v),
		     -ERANGE);
	cr_assert_eq(tar_number((const unsigned char *)"\x80\0\0\0\x80\0\0\0\0\0\0\0", 12, &v),
		     -ERANGE, "would have become negative");
}

Test(tar_header, segments_must_be_in_order)
{
	struct tar_overrides over = { 0 };
	struct err err = { 0 };

	cr_assert_eq(tar_add_segment(&over, 10, 5, &err), 0);
	cr_assert_eq(tar_add_segment(&over, 15, 0, &err), 0);
	cr_assert_eq(tar_add_segment(&over, 14, 1, &err), -EINVAL);
	free(over.segments);
}

Test(tar_header, an_empty_record_is_taken_back)
{
	struct tar_overrides over = { 0 };
	struct err err = { 0 };
	char body[] = "8 path=\n12 path=abc\n";

	cr_assert_eq(tar_pax_records(body, 8, false, &over, &err), 0, "%s", err.message);
	cr_assert_null(over.path);
	cr_assert_eq(tar_pax_records(body + 8, 12, false, &over, &err), 0, "%s", err.message);
	cr_assert_str_eq(over.path, "abc");
}
