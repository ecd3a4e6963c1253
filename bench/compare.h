/*
 * compare.h - are these two sets of samples different, and does the difference matter?
 *
 * Owns: the verdict. A difference counts when it is both significant (Mann-Whitney) and at least
 * as large as the effect floor: with enough runs every build differs significantly from every
 * other, and with few runs noise looks large. What can be excluded neither way is `unclear`, which
 * is an answer too: it asks for more runs or a quieter machine.
 * Does not own: reading results (result.h) or showing verdicts (cases/compare.c).
 */
#ifndef CBOX_BENCH_COMPARE_H
#define CBOX_BENCH_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "bench/result.h"
#include "user/base/stats.h"

enum verdict {
	VERDICT_SAME,	      /* a difference of the floor or more can be excluded */
	VERDICT_SLOWER,	      /* significant, and at least the floor */
	VERDICT_FASTER,	      /* likewise */
	VERDICT_UNCLEAR,      /* neither can be said */
	VERDICT_INCOMPARABLE, /* other accelerator: the question makes no sense */
};

struct comparison {
	enum verdict verdict;
	double before_ns, after_ns; /* medians */
	double ratio;		    /* after / before */
	struct stats_interval ratio_ci;
	double p_value;
};

struct compare_rule {
	double alpha; /* significance level */
	double floor; /* smallest relative difference that matters, e.g. 0.03 */
	uint64_t seed;
};

/* Compares two subjects. Pure: the same input gives the same verdict. */
struct comparison compare_subjects(const struct result_subject *before,
				   const struct result_subject *after,
				   const struct compare_rule *rule);

/* "same", "slower", "faster", "unclear", "not comparable". */
const char *compare_word(enum verdict verdict);

#endif
