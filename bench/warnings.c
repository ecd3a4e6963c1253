/*
 * warnings.c - see warnings.h.
 */
#include "bench/warnings.h"

#include <stdarg.h>
#include <stdio.h>

#include "user/base/stats.h"
#include "user/base/str.h"

#define BUSY_LOAD_PER_CORE 0.5
#define BUSY_PRESSURE 10 /* per cent of time some task waited for a CPU */
#define STEAL_SHARE 0.01
#define OUTLIER_SHARE 0.05

struct sink {
	warning_fn *emit;
	void *arg;
};

__attribute__((format(printf, 2, 3))) static void warn(const struct sink *sink, const char *format,
						       ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	sink->emit(text, sink->arg);
}

void warnings_host(const struct host *host, warning_fn *emit, void *arg)
{
	const struct sink sink = { emit, arg };

	if (host->cores && host->load[0] > BUSY_LOAD_PER_CORE * host->cores)
		warn(&sink,
		     "load %.2f on %u cores before the first run: stop what else runs, or trust "
		     "the "
		     "ratios and not the times",
		     host->load[0], host->cores);
	if (host->psi_cpu > BUSY_PRESSURE)
		warn(&sink,
		     "tasks waited for a CPU %.0f %% of the last 10 s: stop what else runs, or "
		     "pin cbench to an idle CPU with taskset",
		     host->psi_cpu);
	if (!str_eq(host->governor, "none") && !str_eq(host->governor, "performance"))
		warn(&sink,
		     "frequency governor is '%s': cpupower frequency-set -g performance makes "
		     "times repeat better",
		     host->governor);
}

static void warn_subject(const struct sink *sink, const struct subject *s)
{
	size_t needed = stats_min_samples(SUMMARY_CONFIDENCE);
	uint64_t wall = 0, steal = 0;

	if (s->samples.failures || s->samples.timeouts)
		warn(sink,
		     "%s: %u of %zu runs failed and %u timed out: its figures are of the rest",
		     s->ex.name, s->samples.failures, s->samples.count, s->samples.timeouts);
	if (s->summary.count && s->summary.count < needed)
		warn(sink, "%s: %zu runs give no 95 %% interval: use at least %s %zu", s->ex.name,
		     s->summary.count, s->ex.ops == &exec_vm ? "--vm-runs" : "-n", needed);
	if ((double)s->summary.outliers > OUTLIER_SHARE * (double)s->summary.count)
		warn(sink,
		     "%s: %zu of %zu runs lie far out (they are kept): something else ran; "
		     "repeat on a quieter machine or with a larger -n",
		     s->ex.name, s->summary.outliers, s->summary.count);
	for (size_t i = 0; i < s->samples.count; i++) {
		wall += s->samples.items[i].wall_ns;
		steal += s->samples.items[i].steal_ns;
	}
	if ((double)steal > STEAL_SHARE * (double)wall)
		warn(sink,
		     "%s: the hypervisor took %.1f %% of the time away (steal): measure on a host "
		     "of your own",
		     s->ex.name, 100.0 * (double)steal / (double)wall);
}

void warnings_result(const struct runner *runner, warning_fn *emit, void *arg)
{
	const struct sink sink = { emit, arg };
	bool kvm = false, tcg = false;

	for (unsigned i = 0; i < runner->count; i++) {
		const struct subject *s = &runner->subjects[i];

		if (!s->available)
			continue;
		warn_subject(&sink, s);
		kvm |= str_eq(s->ex.accel, "kvm");
		tcg |= str_eq(s->ex.accel, "tcg");
	}
	if (kvm && tcg)
		warn(&sink, "a VM under TCG and one under KVM stand in one table: their ratio says "
			    "nothing about VMs");
}
