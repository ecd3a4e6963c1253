/*
 * summary.c - see summary.h.
 */
#include "bench/summary.h"

#include <stdlib.h>

#include "user/base/cleanup.h"

#define RESAMPLES 2000
#define FAR_OUT 3 /* Tukey's outer fence, in interquartile ranges */

static double column_median(const struct sample_set *set, size_t offset, uint64_t *scratch)
{
	size_t count = sample_column(set, offset, scratch);

	stats_sort(scratch, count);
	return stats_median(scratch, count);
}

static size_t count_outliers(const uint64_t *sorted, size_t count)
{
	double q1 = stats_percentile(sorted, count, 0.25);
	double q3 = stats_percentile(sorted, count, 0.75);
	size_t found = 0;

	while (found < count && (double)sorted[count - 1 - found] > q3 + FAR_OUT * (q3 - q1))
		found++;
	return found;
}

static void summarise(struct summary *s, const struct sample_set *set, uint64_t *scratch)
{
	size_t count;

#define MEDIAN_OF(member) column_median(set, offsetof(struct sample, member), scratch)
	s->cpu_median_ns = MEDIAN_OF(cpu_ns);
	s->minor_faults = MEDIAN_OF(minor_faults);
	s->major_faults = MEDIAN_OF(major_faults);
	s->context_switches = MEDIAN_OF(context_switches);
	s->memory_bytes = MEDIAN_OF(memory_bytes);
	s->median_ns = MEDIAN_OF(wall_ns); /* last: scratch now holds the sorted wall times */
#undef MEDIAN_OF
	count = s->count = set->count - set->failures - set->timeouts;
	if (!count)
		return;
	s->min_ns = (double)scratch[0];
	s->max_ns = (double)scratch[count - 1];
	s->p95_ns = stats_percentile(scratch, count, 0.95);
	s->median_ci = stats_median_interval(scratch, count, SUMMARY_CONFIDENCE);
	s->outliers = count_outliers(scratch, count);
}

int summary_make(struct summary *summaries, const struct sample_set *const *sets, unsigned count,
		 uint64_t seed, struct err *err)
{
	struct stats_rng rng = { seed };
	cleanup_free uint64_t *scratch = NULL, *first = NULL;
	size_t most = 1, first_count;

	for (unsigned i = 0; i < count; i++)
		most = sets[i]->count > most ? sets[i]->count : most;
	scratch = calloc(most, sizeof(*scratch));
	first = calloc(most, sizeof(*first));
	if (!scratch || !first)
		return err_sys(err, "summarise %zu samples", most);
	if (!count)
		return 0;
	first_count = sample_column(sets[0], offsetof(struct sample, wall_ns), first);
	for (unsigned i = 0; i < count; i++) {
		struct summary *s = &summaries[i];

		*s = (struct summary){ 0 };
		summarise(s, sets[i], scratch);
		if (!s->count || summaries[0].median_ns <= 0)
			continue;
		s->ratio = s->median_ns / summaries[0].median_ns;
		if (i) /* of the first to itself there is no uncertainty to speak of */
			s->ratio_ci = stats_ratio_interval(scratch, s->count, first, first_count,
							   SUMMARY_CONFIDENCE, RESAMPLES, &rng);
	}
	return 0;
}
