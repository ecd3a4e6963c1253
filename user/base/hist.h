/*
 * hist.h - histograms of durations and sizes: collecting, percentiles, ASCII bars.
 *
 * Owns: log2 and linear buckets in constant memory (no heap), percentiles estimated from them,
 * and the bars that tracers and reports print.
 * Does not own: exact statistics over kept samples; a histogram forgets its values.
 */
#ifndef CBOX_BASE_HIST_H
#define CBOX_BASE_HIST_H

#include <stdint.h>

#include "user/base/str.h"

#define HIST_BUCKETS 64

/* A zero-initialised struct hist is an empty log2 histogram. */
struct hist {
	uint64_t low, width; /* linear: lower edge of bucket 0, width of each; width 0: log2 */
	uint64_t count, min, max;
	uint64_t sum; /* saturates at UINT64_MAX */
	uint64_t buckets[HIST_BUCKETS];
};

/* Bucket i of a log2 histogram holds [2^i, 2^(i+1)); bucket 0 also holds 0. */
void hist_init_log2(struct hist *hist);

/*
 * Bucket i holds [low + i * width, low + (i + 1) * width). Values outside are counted in the
 * first or last bucket. width must not be 0.
 */
void hist_init_linear(struct hist *hist, uint64_t low, uint64_t width);

void hist_add(struct hist *hist, uint64_t value);

/* Adds everything in from, which must have the same buckets. */
void hist_merge(struct hist *hist, const struct hist *from);

/* Edges of bucket i: *from is inside, *to is outside (UINT64_MAX for the last log2 bucket). */
void hist_edges(const struct hist *hist, unsigned i, uint64_t *from, uint64_t *to);

/*
 * Estimate of the value below which percent of the values lie (0 < percent <= 100), assuming
 * that values spread evenly inside a bucket, and never outside [min, max]. 0 when empty.
 */
uint64_t hist_percentile(const struct hist *hist, double percent);

enum hist_unit { HIST_PLAIN, HIST_NS, HIST_BYTES };

/* "1.5ms", "64KiB", "250": at most four significant digits. Returns buf. */
#define HIST_VALUE_SIZE 24
char *hist_value(uint64_t value, enum hist_unit unit, char *buf);

/*
 * Appends one line a bucket from the first to the last that is not empty:
 *   "  1.02ms - 2.05ms    17 |########      |". width is that of the bar, 1-100.
 */
void hist_render(const struct hist *hist, enum hist_unit unit, unsigned width, struct strbuf *out);

#endif
