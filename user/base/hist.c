/*
 * hist.c - see hist.h.
 */
#include "user/base/hist.h"

#include <stdio.h>
#include <string.h>

void hist_init_log2(struct hist *hist)
{
	memset(hist, 0, sizeof(*hist));
}

void hist_init_linear(struct hist *hist, uint64_t low, uint64_t width)
{
	memset(hist, 0, sizeof(*hist));
	hist->low = low;
	hist->width = width ? width : 1;
}

static unsigned bucket_of(const struct hist *hist, uint64_t value)
{
	uint64_t i;

	if (!hist->width)
		return value ? 63 - (unsigned)__builtin_clzll(value) : 0;
	if (value < hist->low)
		return 0;
	i = (value - hist->low) / hist->width;
	return i < HIST_BUCKETS ? (unsigned)i : HIST_BUCKETS - 1;
}

static void add_saturating(uint64_t *sum, uint64_t value)
{
	if (__builtin_add_overflow(*sum, value, sum))
		*sum = UINT64_MAX;
}

void hist_add(struct hist *hist, uint64_t value)
{
	hist->buckets[bucket_of(hist, value)]++;
	if (!hist->count || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->count++;
	add_saturating(&hist->sum, value);
}

void hist_merge(struct hist *hist, const struct hist *from)
{
	if (!from->count)
		return;
	if (!hist->count || from->min < hist->min)
		hist->min = from->min;
	if (from->max > hist->max)
		hist->max = from->max;
	hist->count += from->count;
	add_saturating(&hist->sum, from->sum);
	for (unsigned i = 0; i < HIST_BUCKETS; i++)
		hist->buckets[i] += from->buckets[i];
}

void hist_edges(const struct hist *hist, unsigned i, uint64_t *from, uint64_t *to)
{
	if (hist->width) {
		*from = hist->low + i * hist->width;
		*to = *from + hist->width;
		return;
	}
	*from = i ? 1ULL << i : 0;
	*to = i < 63 ? 1ULL << (i + 1) : UINT64_MAX;
}

uint64_t hist_percentile(const struct hist *hist, double percent)
{
	double rank = percent / 100 * (double)hist->count;
	double before = 0;
	unsigned i = 0;
	uint64_t from, to;
	double value;

	if (!hist->count)
		return 0;
	while (i < HIST_BUCKETS - 1 && before + (double)hist->buckets[i] < rank)
		before += (double)hist->buckets[i++];
	hist_edges(hist, i, &from, &to);
	/* The outermost values are known exactly: they narrow the bucket they lie in. */
	if (from < hist->min)
		from = hist->min;
	if (to > hist->max)
		to = hist->max;
	if (!hist->buckets[i] || to <= from)
		return to < hist->min ? hist->min : to;
	value = (double)from + (double)(to - from) * (rank - before) / (double)hist->buckets[i];
	if (value <= (double)hist->min)
		return hist->min;
	return value >= (double)hist->max ? hist->max : (uint64_t)value;
}

static char *scaled(double value, double step, const char *const *names, unsigned count, char *buf)
{
	unsigned i = 0;

	while (i + 1 < count && value >= step) {
		value /= step;
		i++;
	}
	if (i == 0 || value >= 100)
		snprintf(buf, HIST_VALUE_SIZE, "%.0f%s", value, names[i]);
	else
		snprintf(buf, HIST_VALUE_SIZE, value >= 10 ? "%.1f%s" : "%.2f%s", value, names[i]);
	return buf;
}

char *hist_value(uint64_t value, enum hist_unit unit, char *buf)
{
	static const char *const times[] = { "ns", "us", "ms", "s" };
	static const char *const sizes[] = { "B", "KiB", "MiB", "GiB", "TiB" };

	switch (unit) {
	case HIST_NS:
		return scaled((double)value, 1000, times, 4, buf);
	case HIST_BYTES:
		return scaled((double)value, 1024, sizes, 5, buf);
	case HIST_PLAIN:
		break;
	}
	snprintf(buf, HIST_VALUE_SIZE, "%llu", (unsigned long long)value);
	return buf;
}

static void append_bar(struct strbuf *out, uint64_t value, uint64_t most, unsigned width)
{
	unsigned filled = (unsigned)((double)value / (double)most * width + 0.5);

	if (value && !filled)
		filled = 1;
	for (unsigned i = 0; i < width; i++)
		strbuf_putc(out, i < filled ? '#' : ' ');
}

void hist_render(const struct hist *hist, enum hist_unit unit, unsigned width, struct strbuf *out)
{
	unsigned first = 0, last = HIST_BUCKETS - 1;
	uint64_t most = 0, from, to;
	char low[HIST_VALUE_SIZE], high[HIST_VALUE_SIZE];

	if (!hist->count)
		return;
	while (!hist->buckets[first])
		first++;
	while (!hist->buckets[last])
		last--;
	for (unsigned i = first; i <= last; i++)
		if (hist->buckets[i] > most)
			most = hist->buckets[i];
	for (unsigned i = first; i <= last; i++) {
		hist_edges(hist, i, &from, &to);
		strbuf_printf(out, "  %8s - %-8s %8llu |", hist_value(from, unit, low),
			      hist_value(to, unit, high), (unsigned long long)hist->buckets[i]);
		append_bar(out, hist->buckets[i], most, width);
		strbuf_puts(out, "|\n");
	}
}
