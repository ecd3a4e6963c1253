/*
 * report.c - see report.h.
 */
#include "bench/report.h"

#include <stdio.h>
#include <string.h>

#include "bench/text.h"
#include "user/base/fmt.h"
#include "user/base/str.h"
#include "user/base/table.h"

static void put_number(struct table *t, double value, bool known)
{
	char text[32];

	table_cell(t, "%s", known ? text_number(value, text, sizeof(text)) : "-");
}

static void put_interval(struct table *t, struct stats_interval ci, double unit)
{
	char low[32], high[32];

	if (!ci.known) {
		table_cell(t, "-");
		return;
	}
	table_cell(t, "%s-%s", text_number(ci.low / unit, low, sizeof(low)),
		   text_number(ci.high / unit, high, sizeof(high)));
}

static void put_subject(struct table *t, const struct subject *s)
{
	const struct summary *m = &s->summary;

	table_cell(t, "%s", s->ex.name);
	put_number(t, m->median_ns / 1e6, m->count);
	put_interval(t, m->median_ci, 1e6);
	put_number(t, m->p95_ns / 1e6, m->count);
	put_number(t, m->cpu_median_ns / 1e6, m->count);
	put_number(t, m->ratio, m->ratio > 0);
	put_interval(t, m->ratio_ci, 1);
	table_cell(t, "%zu/%zu", m->count, s->samples.count);
}

static void print_details(const struct runner *runner, int fd)
{
	for (unsigned i = 0; i < runner->count; i++) {
		const struct subject *s = &runner->subjects[i];

		if (!s->available) {
			dprintf(fd, "%s: not available: %s%s%s\n", s->ex.name,
				s->unavailable.message, s->unavailable.hint[0] ? "\n  hint: " : "",
				s->unavailable.hint);
			continue;
		}
		dprintf(fd, "%s: %s\n", s->ex.name, s->ex.version);
		if (!str_eq(s->ex.accel, "none"))
			dprintf(fd, "  accelerator %s\n",
				str_eq(s->ex.accel, "kvm")
					? "KVM"
					: "TCG (software emulation: compare with TCG only)");
		if (s->samples.failures || s->samples.timeouts)
			dprintf(fd, "  %u failed, %u timed out: %s\n", s->samples.failures,
				s->samples.timeouts, s->samples.first_error);
	}
}

static void print_host(const struct host *host, int fd)
{
	char memory[32];

	dprintf(fd,
		"host: Linux %s, %s, %u cores, %s\n"
		"  cgroup %s%s, governor %s, load %.2f",
		host->kernel, host->cpu, host->cores,
		text_bytes((double)host->memory_bytes, memory, sizeof(memory)), host->cgroup_mode,
		str_eq(host->cgroup_mode, host->cgroup_seen) ? "" : " (v2 part hidden for all)",
		host->governor, host->load[0]);
	if (host->psi_cpu >= 0)
		dprintf(fd, ", CPU pressure %.1f %%", host->psi_cpu);
	dprintf(fd, "\n");
}

int report_start_latency(const struct runner *runner, const struct host *host, int fd)
{
	struct table t = { 0 };
	unsigned rows = 0;
	int r = 0;

	table_column(&t, "SUBJECT", false);
	table_column(&t, "MEDIAN ms", true);
	table_column(&t, "95% CI", true);
	table_column(&t, "P95", true);
	table_column(&t, "CPU", true);
	table_column(&t, "RATIO", true);
	table_column(&t, "95% CI", true);
	table_column(&t, "OK/RUNS", true);
	for (unsigned i = 0; i < runner->count; i++)
		if (runner->subjects[i].available) {
			put_subject(&t, &runner->subjects[i]);
			rows++;
		}
	if (rows)
		r = table_print(&t, fd);
	table_free(&t);
	if (r < 0)
		return r;
	dprintf(fd, "\n");
	print_details(runner, fd);
	print_host(host, fd);
	dprintf(fd, "%sinterleaved in random blocks, seed %llu\n",
		runner->interrupted ? "interrupted; " : "", (unsigned long long)runner->seed);
	return 0;
}

int report_subjects(const struct runner *runner, int fd)
{
	struct table t = { 0 };
	int r;

	table_column(&t, "SUBJECT", false);
	table_column(&t, "KIND", false);
	table_column(&t, "STATE", false);
	for (unsigned i = 0; i < runner->count; i++) {
		const struct subject *s = &runner->subjects[i];

		table_cell(&t, "%s", s->ex.name);
		table_cell(&t, "%s", s->ex.ops->kind);
		if (s->available)
			table_cell(&t, "%s%s%s", s->ex.version,
				   str_eq(s->ex.accel, "none") ? "" : ", ",
				   str_eq(s->ex.accel, "none") ? "" : s->ex.accel);
		else
			table_cell(&t, "no: %s%s%s", s->unavailable.message,
				   s->unavailable.hint[0] ? "; " : "", s->unavailable.hint);
	}
	r = table_print(&t, fd);
	table_free(&t);
	return r;
}
