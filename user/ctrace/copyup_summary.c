/*
 * copyup_summary.c - see copyup_summary.h.
 */
#include "user/ctrace/copyup_summary.h"

#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"

#define MAX_TOP 1000
#define BAR_WIDTH 40

void copyup_summary_add(void *summary, const void *record)
{
	struct copyup_summary *s = summary;
	const struct copyup_record *r = record;

	s->data += str_eq(r->kind, "data");
	s->meta += str_eq(r->kind, "meta");
	s->dirs += str_eq(r->kind, "dir");
	s->copied_bytes += r->copied_bytes;
	s->size_bytes += r->size_bytes;
	s->copy_ns += r->copy_ns;
	s->fsync_ns += r->fsync_ns;
	hist_add(&s->latency, r->copy_ns + r->fsync_ns);
	top_add(&s->paths, r->path, r->copied_bytes, r->copy_ns + r->fsync_ns);
}

static size_t largest(const struct copyup_summary *s, const struct top_entry **entries,
		      unsigned top)
{
	return top_largest(&s->paths, entries, top < MAX_TOP ? top : MAX_TOP);
}

static void paths_json(const struct copyup_summary *s, unsigned top, struct json_writer *w)
{
	const struct top_entry *entries[MAX_TOP];
	size_t n = largest(s, entries, top);

	jw_key(w, "top_paths");
	jw_array_begin(w);
	for (size_t i = 0; i < n; i++) {
		jw_object_begin(w);
		jw_member_string(w, "path", entries[i]->key);
		jw_member_u64(w, "events", entries[i]->events);
		jw_member_u64(w, "copied_bytes", entries[i]->bytes);
		jw_member_u64(w, "ns", entries[i]->ns);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void latency_json(const struct hist *latency, struct json_writer *w)
{
	jw_key(w, "latency_ns");
	jw_object_begin(w);
	jw_member_u64(w, "min", latency->min);
	jw_member_u64(w, "p50", hist_percentile(latency, 50));
	jw_member_u64(w, "p95", hist_percentile(latency, 95));
	jw_member_u64(w, "p99", hist_percentile(latency, 99));
	jw_member_u64(w, "max", latency->max);
	jw_key(w, "buckets");
	jw_array_begin(w);
	for (unsigned i = 0; i < HIST_BUCKETS; i++) {
		uint64_t from, to;

		if (!latency->buckets[i])
			continue;
		hist_edges(latency, i, &from, &to);
		jw_object_begin(w);
		jw_member_u64(w, "from", from);
		jw_member_u64(w, "to", to);
		jw_member_u64(w, "count", latency->buckets[i]);
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
}

void copyup_summary_json(const void *summary, unsigned top, struct json_writer *w)
{
	const struct copyup_summary *s = summary;

	jw_member_u64(w, "bytes", s->copied_bytes);
	jw_member_u64(w, "size_bytes", s->size_bytes);
	jw_member_u64(w, "data", s->data);
	jw_member_u64(w, "meta", s->meta);
	jw_member_u64(w, "dir", s->dirs);
	jw_member_u64(w, "copy_ns", s->copy_ns);
	jw_member_u64(w, "fsync_ns", s->fsync_ns);
	latency_json(&s->latency, w);
	paths_json(s, top, w);
}

static void paths_text(const struct copyup_summary *s, unsigned top, struct strbuf *out)
{
	const struct top_entry *entries[MAX_TOP];
	size_t n = largest(s, entries, top);
	char bytes[HIST_VALUE_SIZE], time[HIST_VALUE_SIZE];

	if (n)
		strbuf_printf(out, "\n%10s %8s %8s  %s\n", "COPIED", "TIME", "EVENTS", "PATH");
	for (size_t i = 0; i < n; i++) {
		strbuf_printf(out, "%10s %8s %8llu  ",
			      hist_value(entries[i]->bytes, HIST_BYTES, bytes),
			      hist_value(entries[i]->ns, HIST_NS, time),
			      (unsigned long long)entries[i]->events);
		strbuf_puts_escaped(out, entries[i]->key, strlen(entries[i]->key));
		strbuf_putc(out, '\n');
	}
}

void copyup_summary_text(const void *summary, unsigned top, struct strbuf *out)
{
	const struct copyup_summary *s = summary;
	char a[HIST_VALUE_SIZE], b[HIST_VALUE_SIZE], c[HIST_VALUE_SIZE];

	strbuf_printf(out, "  %llu files with data, %llu inodes only, %llu folders\n",
		      (unsigned long long)s->data, (unsigned long long)s->meta,
		      (unsigned long long)s->dirs);
	strbuf_printf(out, "  %s copied in %s, and %s of fsync\n",
		      hist_value(s->copied_bytes, HIST_BYTES, a),
		      hist_value(s->copy_ns, HIST_NS, b), hist_value(s->fsync_ns, HIST_NS, c));
	if (!s->latency.count)
		return;
	strbuf_printf(out, "\nlatency: median %s, p95 %s, max %s\n",
		      hist_value(hist_percentile(&s->latency, 50), HIST_NS, a),
		      hist_value(hist_percentile(&s->latency, 95), HIST_NS, b),
		      hist_value(s->latency.max, HIST_NS, c));
	hist_render(&s->latency, HIST_NS, BAR_WIDTH, out);
	paths_text(s, top, out);
}

void copyup_summary_free(void *summary)
{
	struct copyup_summary *s = summary;

	top_free(&s->paths);
}
