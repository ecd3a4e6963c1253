/*
 * density.c - `cbench density`: what one more instance costs, and which limit ends it.
 *
 * Owns: starting idle instances up to N, reading memory at several N on the way, the slope through
 * the points, and taking everything down again, after Ctrl-C too.
 * Does not own: how memory is read (memory.h) and the limits of the host (limits.h).
 *
 * Why a slope: the first instance pays for what all share (the page cache of the image, a slab
 * page begun); the slope is what the next one costs, and its interval says how sure that is.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cases/cases.h"
#include "bench/child.h"
#include "bench/export.h"
#include "bench/limits.h"
#include "bench/memory.h"
#include "bench/subjects.h"
#include "bench/text.h"
#include "user/base/cleanup.h"
#include "user/base/json_write.h"
#include "user/base/log.h"
#include "user/base/stats.h"
#include "user/base/str.h"
#include "user/base/table.h"
#include "user/base/term.h"

#define POINTS_MAX 32
#define EXIT_INTERRUPTED 130

struct options {
	const char *runtimes, *json;
	uint32_t instances, points;
};

struct point {
	uint64_t n, pss_bytes, kernel_bytes; /* kernel: growth since n = 0 */
	uint64_t start_ns;		     /* median of the starts since the point before */
};

struct growth {
	struct point points[POINTS_MAX];
	unsigned count;
	struct stats_slope total, kernel; /* bytes per instance */
	struct err stopped;		  /* why fewer than asked for were started */
	const struct limit *binding;
	struct limit limits[LIMITS_MAX];
};

static const struct opt opts[] = {
	{ "runtime", 0, OPT_STRING, offsetof(struct options, runtimes), "LIST",
	  "subjects, comma-separated (default cbox-oci)" },
	{ "instances", 'n', OPT_U32, offsetof(struct options, instances), "N",
	  "idle instances at the last point" },
	{ "points", 0, OPT_U32, offsetof(struct options, points), "N",
	  "points at which memory is read, besides the empty one (at least 4)" },
	{ "json", 0, OPT_STRING, offsetof(struct options, json), "FILE",
	  "write the points to FILE; - is stdout, without the table" },
	OPT_END
};

static void set_defaults(void *values)
{
	*(struct options *)values =
		(struct options){ .runtimes = "cbox-oci", .instances = 200, .points = 5 };
}

static void read_point(struct growth *g, const struct instance *held, unsigned n, unsigned since,
		       uint64_t kernel_before)
{
	struct point *p = &g->points[g->count++];
	cleanup_free uint64_t *starts = calloc(n - since + 1, sizeof(*starts));
	uint64_t kernel = memory_kernel();

	*p = (struct point){ .n = n,
			     .kernel_bytes = kernel > kernel_before ? kernel - kernel_before : 0 };
	for (unsigned i = 0; i < n; i++)
		p->pss_bytes += memory_pss(held[i].pid);
	for (unsigned i = since; starts && i < n; i++)
		starts[i - since] = held[i].start_ns;
	if (starts && n > since) {
		stats_sort(starts, n - since);
		p->start_ns = (uint64_t)stats_median(starts, n - since);
	}
}

/* Starts instances and reads the points. Returns how many instances are held. */
static unsigned grow(struct growth *g, struct subject *s, struct workspace *ws,
		     const struct options *o, struct instance *held)
{
	uint64_t kernel_before = memory_kernel();
	struct progress progress;
	unsigned n = 0, since = 0;

	progress_begin(&progress, s->ex.name, o->instances);
	read_point(g, held, 0, 0, kernel_before);
	for (unsigned point = 1; point <= o->points && !g->stopped.number; point++) {
		unsigned until = (unsigned)((uint64_t)o->instances * point / o->points);

		for (; n < until && !child_interrupted(); n++) {
			if (s->ex.ops->hold(&s->ex, ws, &held[n], &g->stopped) < 0)
				break;
			progress_update(&progress, n + 1);
		}
		if (n > since)
			read_point(g, held, n, since, kernel_before);
		since = n;
		if (child_interrupted())
			break;
	}
	progress_end(&progress);
	return n;
}

static void evaluate(struct growth *g)
{
	double x[POINTS_MAX], total[POINTS_MAX], kernel[POINTS_MAX];
	unsigned count;

	for (unsigned i = 0; i < g->count; i++) {
		x[i] = (double)g->points[i].n;
		kernel[i] = (double)g->points[i].kernel_bytes;
		total[i] = kernel[i] + (double)g->points[i].pss_bytes;
	}
	g->total = stats_slope(x, total, g->count);
	g->kernel = stats_slope(x, kernel, g->count);
	count = limits_read(g->limits, g->total.slope);
	g->binding = limit_binding(g->limits, count);
}

static int measure(struct growth *g, struct subject *s, struct workspace *ws,
		   const struct options *o, struct err *err)
{
	cleanup_free struct instance *held = calloc(o->instances, sizeof(*held));
	unsigned n;

	if (!held)
		return err_sys(err, "keep %u instances", o->instances);
	n = grow(g, s, ws, o, held);
	if (g->stopped.number == EINTR) /* our user's wish, not a limit of the host */
		err_reset(&g->stopped);
	while (n--)
		s->ex.ops->release(&s->ex, ws, &held[n]);
	evaluate(g);
	return 0;
}

static void put_points(struct table *t, const struct growth *g)
{
	char total[32], pss[32], kernel[32], start[32];

	for (unsigned i = 1; i < g->count; i++) {
		const struct point *p = &g->points[i];

		table_cell(t, "%llu", (unsigned long long)p->n);
		table_cell(
			t, "%s",
			text_bytes((double)(p->pss_bytes + p->kernel_bytes), total, sizeof(total)));
		table_cell(t, "%s", text_bytes((double)p->pss_bytes, pss, sizeof(pss)));
		table_cell(t, "%s", text_bytes((double)p->kernel_bytes, kernel, sizeof(kernel)));
		table_cell(t, "%s", text_duration((double)p->start_ns, start, sizeof(start)));
	}
}

static void report_conclusion(const struct growth *g, const char *name, int fd)
{
	char each[32], low[32], high[32], kernel[32];

	dprintf(fd, "%s: %s each", name, text_bytes(g->total.slope, each, sizeof(each)));
	if (g->total.interval.known)
		dprintf(fd, " (95 %% interval %s to %s)",
			text_bytes(g->total.interval.low, low, sizeof(low)),
			text_bytes(g->total.interval.high, high, sizeof(high)));
	dprintf(fd, ", %s of it in the kernel\n",
		text_bytes(g->kernel.slope, kernel, sizeof(kernel)));
	if (g->stopped.number)
		dprintf(fd, "  stopped at %llu: %s\n",
			(unsigned long long)g->points[g->count - 1].n, g->stopped.message);
	if (g->binding)
		dprintf(fd, "  binding limit: %s, at about %llu idle ones; lift it by: %s\n",
			g->binding->name, (unsigned long long)limit_instances(g->binding),
			g->binding->setting);
}

static int report(const struct growth *g, const char *name, int fd)
{
	static const char *const titles[] = { "N", "MEMORY", "PSS", "KERNEL", "START (MEDIAN)" };
	struct table t = { 0 };
	int r;

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&t, titles[i], true);
	put_points(&t, g);
	r = table_print(&t, fd);
	table_free(&t);
	if (r == 0)
		report_conclusion(g, name, fd);
	return r;
}

static void put_json(struct json_writer *w, const struct growth *g, const struct subject *s)
{
	char text[96];

	jw_object_begin(w);
	jw_member_string(w, "name", s->ex.name);
	jw_member_string(w, "version", s->ex.version);
	jw_key(w, "points");
	jw_array_begin(w);
	for (unsigned i = 0; i < g->count; i++) {
		const struct point *p = &g->points[i];

		jw_object_begin(w);
		jw_member_u64(w, "n", p->n);
		jw_member_u64(w, "memory_bytes", p->pss_bytes + p->kernel_bytes);
		jw_member_u64(w, "pss_bytes", p->pss_bytes);
		jw_member_u64(w, "slab_bytes", p->kernel_bytes);
		snprintf(text, sizeof(text), "%.3f", (double)p->start_ns / 1e6);
		jw_key(w, "start_ms");
		jw_raw(w, text);
		jw_object_end(w);
	}
	jw_array_end(w);
	snprintf(text, sizeof(text), "%.0f", g->total.slope);
	jw_key(w, "per_instance_bytes");
	jw_raw(w, text);
	snprintf(text, sizeof(text), "[%.0f,%.0f]", g->total.interval.low, g->total.interval.high);
	jw_key(w, "ci95_bytes");
	jw_raw(w, g->total.interval.known ? text : "null");
	jw_member_string(w, "stopped", g->stopped.number ? g->stopped.message : NULL);
	jw_member_string(w, "binding_limit", g->binding ? g->binding->name : NULL);
	if (g->binding)
		jw_member_u64(w, "binding_limit_instances", limit_instances(g->binding));
	jw_object_end(w);
}

/* One subject: 1 measured, 0 not to be had here, -errno. */
static int measure_subject(struct subject *s, struct workspace *ws, const struct options *o,
			   bool quiet, struct json_writer *w, struct err *err)
{
	struct growth g = { 0 };
	int r;

	if (s->available && !s->ex.ops->hold) {
		s->available = false;
		err_set(&s->unavailable, ENOSYS, "cannot start instances that stay");
	}
	if (!s->available) {
		log_warning("%s: %s", s->ex.name, s->unavailable.message);
		return 0;
	}
	r = measure(&g, s, ws, o, err);
	if (r < 0)
		return r;
	if (!quiet)
		r = report(&g, s->ex.name, STDOUT_FILENO);
	put_json(w, &g, s);
	if (g.stopped.number && g.count < 2)
		return err_set(err, g.stopped.number, "%s", g.stopped.message);
	return r < 0 ? err_num(err, r, "write to stdout") : 1;
}

static int measure_all(struct runner *runner, struct workspace *ws, const struct options *o,
		       struct err *err)
{
	bool quiet = o->json && str_eq(o->json, "-");
	struct json_writer w = { 0 };
	int status = EXIT_OK, r = 0;
	struct host host;

	host_read(&host, ws);
	runner_probe(runner, ws);
	export_begin(&w, "density", &host);
	jw_key(&w, "subjects");
	jw_array_begin(&w);
	for (unsigned i = 0; i < runner->count && r >= 0 && !child_interrupted(); i++) {
		r = measure_subject(&runner->subjects[i], ws, o, quiet, &w, err);
		if (r == 0)
			status = EXIT_UNSUPPORTED;
	}
	jw_array_end(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	if (r >= 0 && o->json)
		r = export_write(&w.out, o->json, err);
	strbuf_free(&w.out);
	return r < 0 ? r : child_interrupted() ? EXIT_INTERRUPTED : status;
}

static int run(void *values, int argc, char **argv, struct err *err)
{
	static struct subject subjects[SUBJECTS_MAX];
	struct runner runner = { .subjects = subjects };
	const struct options *o = values;
	struct workspace ws;
	int r;

	(void)argc;
	(void)argv;
	if (o->points < 4 || o->points >= POINTS_MAX || o->instances < o->points) {
		err_set(err, EINVAL, "--points must be 4 to %d and not more than --instances",
			POINTS_MAX - 1);
		return err_status(err, EXIT_USAGE);
	}
	r = subjects_parse(o->runtimes, true, 0, subjects, &runner.count, err);
	r = r < 0 ? r : child_init(err);
	r = r < 0 ? r : workspace_open(&ws, err);
	if (r < 0)
		return r;
	r = measure_all(&runner, &ws, o, err);
	runner_finish(&runner, &ws);
	workspace_close(&ws);
	return r;
}

const struct command case_density = {
	.name = "density",
	.summary = "what one more idle instance costs, and which limit ends it",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.defaults = set_defaults,
	.run = run,
};
