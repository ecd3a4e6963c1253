/*
 * sample.c - see sample.h.
 */
#include "bench/sample.h"

#include <stdlib.h>
#include <string.h>

int sample_add(struct sample_set *set, const struct sample *sample, struct err *err)
{
	if (set->count == set->capacity) {
		size_t capacity = set->capacity ? set->capacity * 2 : 64;
		struct sample *items = realloc(set->items, capacity * sizeof(*items));

		if (!items)
			return err_sys(err, "keep a sample");
		set->items = items;
		set->capacity = capacity;
	}
	set->items[set->count++] = *sample;
	set->failures += sample->outcome == OUTCOME_FAILED;
	set->timeouts += sample->outcome == OUTCOME_TIMEOUT;
	return 0;
}

void sample_set_free(struct sample_set *set)
{
	free(set->items);
	*set = (struct sample_set){ 0 };
}

size_t sample_column(const struct sample_set *set, size_t offset, uint64_t *out)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct sample *sample = &set->items[i];

		if (sample->outcome == OUTCOME_OK)
			memcpy(&out[count++], (const char *)sample + offset, sizeof(*out));
	}
	return count;
}
