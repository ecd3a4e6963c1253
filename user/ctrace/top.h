/*
 * top.h - which paths cost most: a count per key, in bounded memory.
 *
 * Owns: a hash table from text to sums, and the choice of the largest. When TOP_MAX_KEYS
 * different keys are in it, further new ones are summed up in one entry, so that a trace of any
 * length fits in memory and no byte is missing from the totals.
 * Does not own: what is counted.
 */
#ifndef CBOX_CTRACE_TOP_H
#define CBOX_CTRACE_TOP_H

#include <stddef.h>
#include <stdint.h>

#define TOP_MAX_KEYS 16384

struct top_entry {
	char *key; /* heap */
	uint64_t events, bytes, ns;
};

/* Zero-initialise; free with top_free(). */
struct top {
	struct top_entry *slots; /* open addressing; capacity is a power of two */
	size_t capacity, used;
	struct top_entry rest; /* keys that found no place; its key is NULL */
};

void top_add(struct top *top, const char *key, uint64_t bytes, uint64_t ns);

/* The n entries with most bytes, then most time, largest first. Returns how many there are. */
size_t top_largest(const struct top *top, const struct top_entry **entries, size_t n);

void top_free(struct top *top);

#endif
