/*
 * copyup_summary_test.c - sums, the most expensive paths, and the summary's two forms.
 */
#include "tests/unit/ctrace/golden.h"
#include "user/ctrace/copyup_summary.h"

static struct copyup_summary summary;

static void add(const char *path, const char *kind, uint64_t bytes, uint64_t copy_ns)
{
	struct copyup_record r = { .kind = kind,
				   .size_bytes = bytes,
				   .copied_bytes = bytes,
				   .copy_ns = copy_ns,
				   .fsync_ns = 1000000 };

	strncpy(r.path, path, sizeof(r.path) - 1);
	copyup_summary_add(&summary, &r);
}

static void setup(void)
{
	add("/etc", "dir", 0, 100000);
	add("/etc/passwd", "data", 2000, 200000);
	add("/var/big", "data", 64 << 20, 90000000);
	add("/bin/sh", "meta", 0, 50000);
	add("/etc/passwd", "data", 2000, 300000);
	add("/tmp/x\033[31m", "data", 10, 300000);
}

static void teardown(void)
{
	copyup_summary_free(&summary);
}

TestSuite(copyup_summary, .init = setup, .fini = teardown);

Test(copyup_summary, json_is_as_agreed)
{
	struct json_writer w = { .indent = 1 };

	jw_object_begin(&w);
	copyup_summary_json(&summary, 3, &w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	assert_golden("ctrace-copyup-summary.json", w.out.data);
	strbuf_free(&w.out);
}

Test(copyup_summary, text_is_as_agreed)
{
	cleanup_strbuf struct strbuf out = { 0 };

	copyup_summary_text(&summary, 10, &out);
	cr_assert_null(strchr(out.data, '\033'));
	assert_golden("ctrace-copyup-summary.txt", out.data);
}

Test(copyup_summary, nothing_seen_is_a_summary_too)
{
	struct copyup_summary empty = { 0 };
	cleanup_strbuf struct strbuf out = { 0 };

	copyup_summary_text(&empty, 10, &out);
	cr_assert_not_null(strstr(out.data, "0 files with data"));
	cr_assert_null(strstr(out.data, "latency"));
}
