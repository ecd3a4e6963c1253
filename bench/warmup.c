/*
 * warmup.c - see warmup.h.
 */
#include "bench/warmup.h"

#define WINDOW 3
#define IMPROVEMENT 0.02

bool warmup_done(const struct sample_set *runs)
{
	uint64_t before_ns = UINT64_MAX, window_ns = UINT64_MAX;
	size_t failed = 0;

	if (runs->count < WINDOW)
		return false;
	for (size_t i = 0; i < runs->count; i++) {
		const struct sample *sample = &runs->items[i];
		bool late = i + WINDOW >= runs->count;
		uint64_t *fastest_ns = late ? &window_ns : &before_ns;

		failed += late && sample->outcome != OUTCOME_OK;
		if (sample->outcome == OUTCOME_OK && sample->wall_ns < *fastest_ns)
			*fastest_ns = sample->wall_ns;
	}
	if (failed == WINDOW)
		return true;
	return before_ns != UINT64_MAX &&
	       (double)window_ns >= (double)before_ns * (1 - IMPROVEMENT);
}
