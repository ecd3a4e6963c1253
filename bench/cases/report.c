/*
 * report.c - `cbench report RESULT.json… -o FILE`: one page for people who were not there.
 *
 * Owns: options and files. Does not own: the page (bench/page.h).
 */
#include <stddef.h>

#include "bench/cases/cases.h"
#include "bench/export.h"
#include "bench/page.h"
#include "bench/result.h"
#include "user/base/cleanup.h"
#include "user/base/path.h"

struct options {
	const char *output;
};

static const struct opt opts[] = { { "output", 'o', OPT_STRING, offsetof(struct options, output),
				     "FILE", "page to write (default: stdout)" },
				   OPT_END };

static void set_defaults(void *values)
{
	*(struct options *)values = (struct options){ .output = "-" };
}

static int run(void *values, int argc, char **argv, struct err *err)
{
	const struct options *o = values;
	cleanup_arena struct arena arena = { 0 };
	cleanup_strbuf struct strbuf page = { 0 };
	struct result *results = arena_calloc(&arena, (size_t)argc, sizeof(*results));
	const char **titles = arena_calloc(&arena, (size_t)argc, sizeof(*titles));
	int r = 0;

	if (!results || !titles)
		return err_num(err, ENOMEM, "read %d results", argc);
	for (int i = 0; i < argc && r == 0; i++) {
		r = result_read(&results[i], argv[i], &arena, err);
		titles[i] = path_base(argv[i]);
	}
	if (r < 0)
		return r;
	page_write(&page, results, titles, (unsigned)argc);
	return export_write(&page, o->output, err);
}

const struct command case_report = {
	.name = "report",
	.args = "RESULT.json...",
	.summary = "start-latency results as one HTML page that needs nothing else",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 1,
	.max_args = -1,
	.defaults = set_defaults,
	.run = run,
};
