/*
 * page_test.c - the page shows every sample, needs nothing from elsewhere and cannot be injected.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/page.h"

static unsigned count_of(const char *text, const char *what)
{
	unsigned count = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		count++;
	return count;
}

static void write_one(struct strbuf *out, const char *name, const uint64_t *samples, size_t count)
{
	struct result_subject subject = {
		.name = name, .version = "1", .accel = "none", .samples_ns = samples, .count = count
	};
	const struct result result = {
		.kernel = "6.12", .cpu = "CPU", .subjects = &subject, .count = 1
	};
	const char *const titles[] = { "a.json" };

	page_write(out, &result, titles, 1);
	cr_assert_not(out->failed);
}

Test(page, every_sample_is_a_dot)
{
	const uint64_t samples[] = { 5000000, 6000000, 7000000, 90000000 };
	cleanup_strbuf struct strbuf out = { 0 };

	write_one(&out, "crun", samples, 4);
	cr_assert_eq(count_of(out.data, "<circle"), 4);
	cr_assert_eq(count_of(out.data, "class=\"median\""), 1);
	cr_assert_not_null(strstr(out.data, "6.50 ms"));
}

Test(page, needs_nothing_from_elsewhere)
{
	const uint64_t samples[] = { 5000000 };
	cleanup_strbuf struct strbuf out = { 0 };

	write_one(&out, "crun", samples, 1);
	cr_assert_eq(count_of(out.data, "http:"), 0);
	cr_assert_eq(count_of(out.data, "https:"), 0);
	cr_assert_eq(count_of(out.data, "<script"), 0);
	cr_assert_eq(count_of(out.data, "nan"), 0);
}

Test(page, names_cannot_inject_markup)
{
	const uint64_t samples[] = { 5000000 };
	cleanup_strbuf struct strbuf out = { 0 };

	write_one(&out, "<b onload=\"x\">&'", samples, 1);
	cr_assert_eq(count_of(out.data, "<b "), 0);
	cr_assert_not_null(strstr(out.data, "&lt;b onload=&quot;x&quot;&gt;&amp;&#39;"));
}

Test(page, a_subject_without_samples_is_a_row_of_dashes)
{
	cleanup_strbuf struct strbuf out = { 0 };

	write_one(&out, "gone", NULL, 0);
	cr_assert_eq(count_of(out.data, "<circle"), 0);
	cr_assert_not_null(strstr(out.data, "gone</td><td>–</td>"));
}
