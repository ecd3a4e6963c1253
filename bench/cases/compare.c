/*
 * compare.c - `cbench compare BEFORE AFTER`: two results of start-latency, subject by subject.
 *
 * Owns: options, the table, the exit status of --gate.
 * Does not own: the verdict (bench/compare.h).
 */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/cases/cases.h"
#include "bench/compare.h"
#include "bench/export.h"
#include "bench/result.h"
#include "bench/text.h"
#include "user/base/cleanup.h"
#include "user/base/json_write.h"
#include "user/base/log.h"
#include "user/base/str.h"
#include "user/base/table.h"

#define EXIT_UNCLEAR 4
#define DEFAULT_FLOOR_NANO 30000000 /* 0.03 */
#define DEFAULT_ALPHA_NANO 10000000 /* 0.01 */
#define NANO 1e9

struct options {
	uint64_t floor_nano, alpha_nano;
	const char *json;
	bool gate;
};

static const struct opt opts[] = {
	{ "floor", 0, OPT_NANO, offsetof(struct options, floor_nano), "SHARE",
	  "smallest difference that matters (default 0.03)" },
	{ "alpha", 0, OPT_NANO, offsetof(struct options, alpha_nano), "P",
	  "significance level (default 0.01)" },
	{ "gate", 0, OPT_FLAG, offsetof(struct options, gate), NULL,
	  "end with 1 when a subject is slower, 4 when that is unclear" },
	{ "json", 0, OPT_STRING, offsetof(struct options, json), "FILE",
	  "write the verdicts to FILE; - is stdout, without the table" },
	OPT_END
};

static void set_defaults(void *values)
{
	*(struct options *)values = (struct options){ .floor_nano = DEFAULT_FLOOR_NANO,
						      .alpha_nano = DEFAULT_ALPHA_NANO };
}

static void put_row(struct table *t, const struct result_subject *before,
		    const struct result_subject *after, const struct comparison *c)
{
	char low[32], high[32], ratio[32];

	table_cell(t, "%s", before->name);
	table_cell(t, "%s", text_duration(c->before_ns, low, sizeof(low)));
	table_cell(t, "%s", text_duration(c->after_ns, high, sizeof(high)));
	snprintf(ratio, sizeof(ratio), "%.3f", c->ratio);
	table_cell(t, "%s", ratio);
	snprintf(low, sizeof(low), "%.3f", c->ratio_ci.low);
	snprintf(high, sizeof(high), "%.3f", c->ratio_ci.high);
	table_cell(t, "%s%s%s", c->ratio_ci.known ? low : "-", c->ratio_ci.known ? "-" : "",
		   c->ratio_ci.known ? high : "");
	snprintf(low, sizeof(low), "%.2g", c->p_value);
	table_cell(t, "%s", low);
	table_cell(t, "%lld", (long long)(after->minor_faults - before->minor_faults));
	table_cell(t, "%s", compare_word(c->verdict));
}

static void put_json(struct json_writer *w, const struct result_subject *before,
		     const struct result_subject *after, const struct comparison *c)
{
	char text[96];

	jw_object_begin(w);
	jw_member_string(w, "name", before->name);
	jw_member_string(w, "verdict", compare_word(c->verdict));
	jw_member_u64(w, "before_ns", (uint64_t)c->before_ns);
	jw_member_u64(w, "after_ns", (uint64_t)c->after_ns);
	snprintf(text, sizeof(text), "%.4f", c->ratio);
	jw_key(w, "ratio");
	jw_raw(w, text);
	snprintf(text, sizeof(text), "[%.4f,%.4f]", c->ratio_ci.low, c->ratio_ci.high);
	jw_key(w, "ratio_ci");
	jw_raw(w, c->ratio_ci.known ? text : "null");
	snprintf(text, sizeof(text), "%.6f", c->p_value);
	jw_key(w, "p_value");
	jw_raw(w, text);
	jw_member_u64(w, "before_minor_faults", before->minor_faults);
	jw_member_u64(w, "after_minor_faults", after->minor_faults);
	jw_member_u64(w, "after_failures", after->failures + after->timeouts);
	jw_object_end(w);
}

static int exit_status(const struct options *o, bool slower, bool unclear)
{
	if (!o->gate)
		return EXIT_OK;
	return slower ? EXIT_FAILED : unclear ? EXIT_UNCLEAR : EXIT_OK;
}

static void warn_hosts(const struct result *before, const struct result *after)
{
	if (!str_eq(before->kernel, after->kernel))
		log_warning("kernels differ (%s, %s): the difference may be theirs", before->kernel,
			    after->kernel);
	if (!str_eq(before->cpu, after->cpu))
		log_warning("CPUs differ (%s, %s): compare ratios within each result instead",
			    before->cpu, after->cpu);
}

static int show(const struct options *o, struct table *t, struct json_writer *w, struct err *err)
{
	int r = 0;

	if (!o->json || !str_eq(o->json, "-")) {
		r = table_print(t, STDOUT_FILENO);
		r = r < 0 ? err_num(err, r, "write to stdout") : 0;
	}
	if (r == 0 && o->json) {
		strbuf_putc(&w->out, '\n');
		r = export_write(&w->out, o->json, err);
	}
	return r;
}

static int compare(const struct options *o, const struct result *before, const struct result *after,
		   struct err *err)
{
	const struct compare_rule rule = { .alpha = (double)o->alpha_nano / NANO,
					   .floor = (double)o->floor_nano / NANO,
					   .seed = 1 };
	static const char *const titles[] = { "SUBJECT",  "BEFORE", "AFTER",  "RATIO",
					      "INTERVAL", "P",	    "FAULTS", "VERDICT" };
	bool slower = false, unclear = false;
	struct json_writer w = { 0 };
	struct table t = { 0 };
	unsigned found = 0;
	int r;

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&t, titles[i], i && i + 1 < ARRAY_LEN(titles));
	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "case", "compare");
	jw_key(&w, "subjects");
	jw_array_begin(&w);
	for (unsigned i = 0; i < before->count; i++) {
		const struct result_subject *a = &before->subjects[i];
		const struct result_subject *b = result_find(after, a->name);
		struct comparison c;

		if (!b)
			continue;
		c = compare_subjects(a, b, &rule);
		put_row(&t, a, b, &c);
		put_json(&w, a, b, &c);
		/* More failures than before is a regression whatever the clock says. */
		slower |= c.verdict == VERDICT_SLOWER ||
			  b->failures + b->timeouts > a->failures + a->timeouts;
		unclear |= c.verdict == VERDICT_UNCLEAR || c.verdict == VERDICT_INCOMPARABLE;
		found++;
	}
	jw_array_end(&w);
	jw_object_end(&w);
	r = found ? show(o, &t, &w, err)
		  : err_set(err, EINVAL, "the two results have no subject in common");
	table_free(&t);
	strbuf_free(&w.out);
	return r < 0 ? r : exit_status(o, slower, unclear);
}

static int run(void *values, int argc, char **argv, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct result before, after;
	int r;

	(void)argc;
	r = result_read(&before, argv[0], &arena, err);
	r = r < 0 ? r : result_read(&after, argv[1], &arena, err);
	if (r < 0)
		return r;
	warn_hosts(&before, &after);
	return compare(values, &before, &after, err);
}

const struct command case_compare = {
	.name = "compare",
	.args = "BEFORE.json AFTER.json",
	.summary = "two start-latency results: faster, slower, same, or unclear",
	.details = "A difference counts when it is significant (Mann-Whitney) and at least\n"
		   "--floor large. Results with different accelerators are not comparable.\n"
		   "\n"
		   "With --gate: 0 nothing is slower; 1 a subject is slower or fails more\n"
		   "often; 4 unclear: measure again, with more runs or on a quieter machine.",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.min_args = 2,
	.max_args = 2,
	.defaults = set_defaults,
	.run = run,
};
