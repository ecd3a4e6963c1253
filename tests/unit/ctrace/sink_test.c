/*
 * sink_test.c - the lines all tracers share, and the file they go to.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/ctrace/golden.h"
#include "user/ctrace/sink.h"

static char dir[64], path[128];
static struct sink sink;
static struct err err;

static void header(struct strbuf *out)
{
	strbuf_puts(out, "HEADER\n");
}

static void text(const void *record, struct strbuf *out)
{
	strbuf_printf(out, "record %d\n", *(const int *)record);
}

static void json(const void *record, struct json_writer *w)
{
	jw_member_i64(w, "n", *(const int *)record);
}

static void summary_json(const void *summary, unsigned top, struct json_writer *w)
{
	(void)summary;
	jw_member_u64(w, "top", top);
}

static void summary_text(const void *summary, unsigned top, struct strbuf *out)
{
	(void)summary;
	strbuf_printf(out, "top %u\n", top);
}

static const struct tracer fake = { .name = "fake",
				    .text_header = header,
				    .text = text,
				    .json = json,
				    .summary_json = summary_json,
				    .summary_text = summary_text };

static const struct trace_totals totals = { .events = 2,
					    .lost = 7,
					    .duration_ns = 1500000000,
					    .backend = "tracepoint",
					    .programs = 9,
					    .ready_ns = 40000000 };

static void setup(void)
{
	strncpy(dir, "/tmp/cbox-test-sink-XXXXXX", sizeof(dir) - 1);
	cr_assert_not_null(mkdtemp(dir));
	fmt_string(path, sizeof(path), "%s/out", dir);
}

static void teardown(void)
{
	sink_close(&sink);
	file_remove_all(AT_FDCWD, dir, &err);
}

TestSuite(sink, .init = setup, .fini = teardown);

static char *written(bool as_json, bool quiet)
{
	char *data = NULL;
	int one = 1, two = 2;

	cr_assert_eq(sink_open(&sink, &fake, path, as_json, &err), 0, "%s", err.message);
	sink.quiet = quiet;
	sink_record(&sink, &one);
	sink_lost(&sink, 5, 7);
	sink_record(&sink, &two);
	sink_summary(&sink, &totals, NULL, 3);
	cr_assert_eq(sink_flush(&sink), 0);
	cr_assert_geq(file_read(AT_FDCWD, path, 1 << 20, &data, &err), 0);
	return data;
}

Test(sink, json_lines_carry_schema_and_type)
{
	cleanup_free char *data = written(true, false);

	assert_golden("ctrace-stream.jsonl", data);
}

Test(sink, text_has_one_header_and_the_lost_events_in_place)
{
	cleanup_free char *data = written(false, false);

	assert_golden("ctrace-stream.txt", data);
}

Test(sink, summary_only_is_one_line_of_json)
{
	cleanup_free char *data = written(true, true);

	cr_assert_eq(strncmp(data, "{\"schema\":1,\"type\":\"summary\"", 28), 0);
	cr_assert_eq(strchr(data, '\n'), data + strlen(data) - 1);
}

Test(sink, a_new_file_is_for_its_owner_only)
{
	cleanup_free char *data = written(true, false);
	struct stat st;

	umask(0);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
}

Test(sink, a_file_that_cannot_be_opened_is_an_error)
{
	cr_assert_lt(sink_open(&sink, &fake, "/nonexistent/x", true, &err), 0);
	cr_assert_not_null(strstr(err.message, "/nonexistent/x"));
}
