/*
 * sink.c - see sink.h.
 */
#include "user/ctrace/sink.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/hist.h"

int sink_open(struct sink *sink, const struct tracer *tracer, const char *file, bool json,
	      struct err *err)
{
	*sink = (struct sink){ .tracer = tracer, .fd = STDOUT_FILENO, .json = json };
	if (!file)
		return 0;
	sink->fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return sink->fd < 0 ? err_sys(err, "open '%s'", file) : 0;
}

/* One object on one line. */
static void begin_line(struct json_writer *w, const char *type)
{
	jw_object_begin(w);
	jw_member_u64(w, "schema", 1);
	jw_member_string(w, "type", type);
}

static void end_line(struct sink *sink, struct json_writer *w)
{
	jw_object_end(w);
	strbuf_putc(&w->out, '\n');
	strbuf_append(&sink->out, w->out.data, w->out.len);
	strbuf_free(&w->out);
}

static void write_header(struct sink *sink)
{
	if (!sink->header_written)
		sink->tracer->text_header(&sink->out);
	sink->header_written = true;
}

void sink_record(struct sink *sink, const void *record)
{
	struct json_writer w = { 0 };

	if (sink->quiet)
		return;
	if (!sink->json) {
		write_header(sink);
		sink->tracer->text(record, &sink->out);
		return;
	}
	begin_line(&w, sink->tracer->name);
	sink->tracer->json(record, &w);
	end_line(sink, &w);
}

void sink_lost(struct sink *sink, uint64_t ts_ns, uint64_t count)
{
	struct json_writer w = { 0 };

	if (sink->quiet)
		return;
	if (!sink->json) {
		strbuf_printf(&sink->out, "lost %llu events\n", (unsigned long long)count);
		return;
	}
	begin_line(&w, "lost");
	jw_member_u64(&w, "ts_ns", ts_ns);
	jw_member_u64(&w, "count", count);
	end_line(sink, &w);
}

static void summary_json(struct sink *sink, const struct trace_totals *totals, const void *summary,
			 unsigned top)
{
	struct json_writer w = { 0 };

	begin_line(&w, "summary");
	jw_member_string(&w, "tracer", sink->tracer->name);
	jw_member_u64(&w, "events", totals->events);
	jw_member_u64(&w, "lost", totals->lost);
	sink->tracer->summary_json(summary, top, &w);
	jw_member_u64(&w, "duration_ns", totals->duration_ns);
	jw_member_string(&w, "backend", totals->backend);
	jw_member_u64(&w, "programs", totals->programs);
	jw_member_u64(&w, "ready_ns", totals->ready_ns);
	if (totals->stats_json) {
		jw_key(&w, "stats");
		jw_raw(&w, totals->stats_json);
	}
	end_line(sink, &w);
}

void sink_summary(struct sink *sink, const struct trace_totals *totals, const void *summary,
		  unsigned top)
{
	char duration[HIST_VALUE_SIZE];

	if (sink->json) {
		summary_json(sink, totals, summary, top);
		return;
	}
	strbuf_printf(&sink->out, "\n%s: %llu events, %llu lost, in %s\n", sink->tracer->name,
		      (unsigned long long)totals->events, (unsigned long long)totals->lost,
		      hist_value(totals->duration_ns, HIST_NS, duration));
	sink->tracer->summary_text(summary, top, &sink->out);
	if (totals->stats_json)
		strbuf_printf(&sink->out, "stats: %s\n", totals->stats_json);
}

int sink_flush(struct sink *sink)
{
	int r = 0;

	if (sink->out.failed)
		return -ENOMEM;
	if (sink->out.len)
		r = fd_write_all(sink->fd, sink->out.data, sink->out.len);
	sink->out.len = 0;
	return r;
}

void sink_close(struct sink *sink)
{
	strbuf_free(&sink->out);
	if (sink->fd > STDERR_FILENO)
		close(sink->fd);
	sink->fd = -1;
}
