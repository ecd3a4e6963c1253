/*
 * export.c - see export.h.
 */
#include "bench/export.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/file.h"

#define RATIO_DIGITS 4
#define LOAD_DIGITS 2

static void put_decimal(struct json_writer *w, double value, int digits)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	jw_raw(w, text);
}

static void put_interval(struct json_writer *w, const char *key, struct stats_interval ci,
			 int digits)
{
	jw_key(w, key);
	if (!ci.known) {
		jw_null(w);
		return;
	}
	jw_array_begin(w);
	put_decimal(w, ci.low, digits);
	put_decimal(w, ci.high, digits);
	jw_array_end(w);
}

/* A figure that exists only when something was measured. */
static void put_figure(struct json_writer *w, const char *key, double value, int digits, bool known)
{
	jw_key(w, key);
	if (known)
		put_decimal(w, value, digits);
	else
		jw_null(w);
}

static void put_column(struct json_writer *w, const char *key, const struct sample_set *set,
		       size_t offset)
{
	uint64_t *values = calloc(set->count + 1, sizeof(*values));
	size_t count = values ? sample_column(set, offset, values) : 0;

	jw_key(w, key);
	jw_array_begin(w);
	for (size_t i = 0; i < count; i++)
		jw_u64(w, values[i]);
	jw_array_end(w);
	w->out.failed |= !values;
	free(values);
}

static void put_blocks(struct json_writer *w, const struct sample_set *set)
{
	jw_key(w, "blocks");
	jw_array_begin(w);
	for (size_t i = 0; i < set->count; i++)
		if (set->items[i].outcome == OUTCOME_OK)
			jw_u64(w, set->items[i].block);
	jw_array_end(w);
}

static void put_host(struct json_writer *w, const struct host *host)
{
	char time[CLOCK_RFC3339_SIZE];

	jw_key(w, "host");
	jw_object_begin(w);
	jw_member_string(w, "time", clock_rfc3339(host->time_s * 1000000000ULL, time));
	jw_member_string(w, "kernel", host->kernel);
	jw_member_string(w, "machine", host->machine);
	jw_member_string(w, "cpu", host->cpu);
	jw_member_u64(w, "cores", host->cores);
	jw_member_u64(w, "memory_bytes", host->memory_bytes);
	jw_member_string(w, "hypervisor", host->hypervisor);
	jw_member_string(w, "governor", host->governor);
	jw_member_string(w, "cgroup_mode", host->cgroup_mode);
	jw_member_string(w, "cgroup_mode_seen_by_subjects", host->cgroup_seen);
	jw_key(w, "load");
	jw_array_begin(w);
	for (int i = 0; i < 3; i++)
		put_decimal(w, host->load[i], LOAD_DIGITS);
	jw_array_end(w);
	jw_key(w, "psi_some_avg10");
	jw_object_begin(w);
	put_figure(w, "cpu", host->psi_cpu, LOAD_DIGITS, host->psi_cpu >= 0);
	put_figure(w, "io", host->psi_io, LOAD_DIGITS, host->psi_io >= 0);
	put_figure(w, "memory", host->psi_memory, LOAD_DIGITS, host->psi_memory >= 0);
	jw_object_end(w);
	jw_object_end(w);
}

void export_begin(struct json_writer *w, const char *case_name, const struct host *host)
{
	jw_object_begin(w);
	jw_member_u64(w, "schema", 1);
	jw_member_string(w, "case", case_name);
	jw_member_string(w, "cbench", CBOX_VERSION);
	put_host(w, host);
}

static void put_counters(struct json_writer *w, const struct summary *m)
{
	jw_key(w, "counters");
	jw_object_begin(w);
	put_figure(w, "minor_faults", m->minor_faults, 0, m->count);
	put_figure(w, "major_faults", m->major_faults, 0, m->count);
	put_figure(w, "context_switches", m->context_switches, 0, m->count);
	jw_object_end(w);
}

static void put_subject(struct json_writer *w, const struct subject *s)
{
	const struct summary *m = &s->summary;

	jw_object_begin(w);
	jw_member_string(w, "name", s->ex.name);
	jw_member_string(w, "kind", s->ex.ops->kind);
	jw_member_string(w, "version", s->ex.version[0] ? s->ex.version : NULL);
	jw_member_string(w, "accel", s->ex.accel);
	if (!s->available)
		jw_member_string(w, "unavailable", s->unavailable.message);
	put_column(w, "samples_ns", &s->samples, offsetof(struct sample, wall_ns));
	put_column(w, "cpu_ns", &s->samples, offsetof(struct sample, cpu_ns));
	put_column(w, "cpu_stall_ns", &s->samples, offsetof(struct sample, cpu_stall_ns));
	put_column(w, "steal_ns", &s->samples, offsetof(struct sample, steal_ns));
	put_blocks(w, &s->samples);
	jw_member_u64(w, "failures", s->samples.failures);
	jw_member_u64(w, "timeouts", s->samples.timeouts);
	jw_member_string(w, "first_error",
			 s->samples.first_error[0] ? s->samples.first_error : NULL);
	jw_member_u64(w, "warmup_runs", s->warmup.count);
	jw_member_u64(w, "warmup_failures", s->warmup.failures + s->warmup.timeouts);
	put_figure(w, "median_ns", m->median_ns, 0, m->count);
	put_interval(w, "ci95_ns", m->median_ci, 0);
	put_figure(w, "p95_ns", m->p95_ns, 0, m->count);
	put_figure(w, "min_ns", m->min_ns, 0, m->count);
	put_figure(w, "max_ns", m->max_ns, 0, m->count);
	jw_member_u64(w, "outliers", m->outliers);
	put_figure(w, "cpu_median_ns", m->cpu_median_ns, 0, m->count);
	put_figure(w, "ratio_to_first", m->ratio, RATIO_DIGITS, m->ratio > 0);
	put_interval(w, "ratio_ci95", m->ratio_ci, RATIO_DIGITS);
	put_counters(w, m);
	put_figure(w, "memory_bytes", m->memory_bytes, 0, m->memory_bytes > 0);
	jw_object_end(w);
}

static void put_row(struct json_writer *w, const char *key, const struct seed_row *row)
{
	jw_key(w, key);
	jw_object_begin(w);
	jw_member_string(w, "subject", row->subject[0] ? row->subject : NULL);
	put_figure(w, "boot_ns", row->boot_ns, 0, row->boot_ns > 0);
	put_figure(w, "size_shared_bytes", (double)row->shared_bytes, 0, row->subject[0]);
	put_figure(w, "size_each_bytes", (double)row->each_bytes, 0, row->subject[0]);
	put_figure(w, "memory_bytes", row->memory_bytes, 0, row->memory_bytes > 0);
	put_interval(w, "memory_range_bytes", row->memory_range, 0);
	jw_member_string(w, "memory_method", row->memory_method);
	jw_member_string(w, "kernel", row->kernel);
	jw_member_string(w, "isolation", row->isolation);
	jw_object_end(w);
}

void export_start_latency(struct strbuf *out, const struct runner *runner, const struct host *host,
			  const struct seed_table *table)
{
	struct json_writer w = { .indent = 0 };

	export_begin(&w, "start-latency", host);
	jw_member_u64(&w, "seed", runner->seed);
	jw_member_u64(&w, "timeout_ns", runner->timeout_ns);
	jw_member_bool(&w, "interrupted", runner->interrupted);
	jw_member_string(&w, "method", SUMMARY_METHOD);
	jw_key(&w, "subjects");
	jw_array_begin(&w);
	for (unsigned i = 0; i < runner->count; i++)
		put_subject(&w, &runner->subjects[i]);
	jw_array_end(&w);
	if (table) {
		jw_key(&w, "table");
		jw_object_begin(&w);
		put_row(&w, "vm", &table->vm);
		put_row(&w, "container", &table->container);
		jw_object_end(&w);
	}
	jw_object_end(&w);
	strbuf_append(out, w.out.data, w.out.len);
	strbuf_putc(out, '\n');
	out->failed |= w.out.failed;
	strbuf_free(&w.out);
}

int export_write(const struct strbuf *text, const char *path, struct err *err)
{
	int r;

	if (text->failed)
		return err_num(err, ENOMEM, "write the result");
	if (path[0] == '-' && !path[1]) {
		r = fd_write_all(STDOUT_FILENO, text->data, text->len);
		return r < 0 ? err_num(err, r, "write the result") : 0;
	}
	return file_write_atomic(AT_FDCWD, path, text->data, text->len, 0644, FILE_VOLATILE, err);
}
