/*
 * compare.c - see compare.h.
 */
#include "bench/compare.h"

#include <stdlib.h>
#include <string.h>

#include "user/base/cleanup.h"
#include "user/base/str.h"

#define RESAMPLES 2000

static double median_of(const uint64_t *values, size_t count)
{
	cleanup_free uint64_t *sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		return 0;
	memcpy(sorted, values, count * sizeof(*values));
	stats_sort(sorted, count);
	return stats_median(sorted, count);
}

static enum verdict judge(const struct comparison *c, const struct compare_rule *rule)
{
	bool significant = c->p_value < rule->alpha;

	if (!c->ratio_ci.known)
		return VERDICT_UNCLEAR;
	if (significant && c->ratio >= 1 + rule->floor && c->ratio_ci.low > 1)
		return VERDICT_SLOWER;
	if (significant && c->ratio <= 1 / (1 + rule->floor) && c->ratio_ci.high < 1)
		return VERDICT_FASTER;
	if (c->ratio_ci.low > 1 / (1 + rule->floor) && c->ratio_ci.high < 1 + rule->floor)
		return VERDICT_SAME;
	return VERDICT_UNCLEAR;
}

struct comparison compare_subjects(const struct result_subject *before,
				   const struct result_subject *after,
				   const struct compare_rule *rule)
{
	struct stats_rng rng = { rule->seed };
	struct comparison c = { .verdict = VERDICT_UNCLEAR, .p_value = 1 };

	if (!str_eq(before->accel, after->accel)) {
		c.verdict = VERDICT_INCOMPARABLE;
		return c;
	}
	c.before_ns = median_of(before->samples_ns, before->count);
	c.after_ns = median_of(after->samples_ns, after->count);
	if (c.before_ns <= 0 || c.after_ns <= 0)
		return c;
	c.ratio = c.after_ns / c.before_ns;
	c.ratio_ci = stats_ratio_interval(after->samples_ns, after->count, before->samples_ns,
					  before->count, 1 - rule->alpha, RESAMPLES, &rng);
	c.p_value = stats_mann_whitney(after->samples_ns, after->count, before->samples_ns,
				       before->count);
	c.verdict = judge(&c, rule);
	return c;
}

const char *compare_word(enum verdict verdict)
{
	static const char *const words[] = {
		[VERDICT_SAME] = "same",
		[VERDICT_SLOWER] = "slower",
		[VERDICT_FASTER] = "faster",
		[VERDICT_UNCLEAR] = "unclear",
		[VERDICT_INCOMPARABLE] = "not comparable",
	};

	return words[verdict];
}
