/*
 * schedule.c - see schedule.h.
 */
#include "bench/schedule.h"

#include <stdlib.h>

#include "user/base/cleanup.h"
#include "user/base/stats.h"

/* True when a subject with this many runs takes part in the block: evenly spread, exact in sum. */
static bool takes_part(uint64_t runs, uint64_t block, uint64_t blocks)
{
	return (block + 1) * runs / blocks > block * runs / blocks;
}

int schedule_plan(struct schedule *schedule, const unsigned *runs, unsigned count, uint64_t seed,
		  struct err *err)
{
	struct stats_rng rng = { seed };
	cleanup_free unsigned *members = NULL;
	size_t total = 0;
	unsigned blocks = 0;

	*schedule = (struct schedule){ 0 };
	for (unsigned i = 0; i < count; i++) {
		total += runs[i];
		blocks = runs[i] > blocks ? runs[i] : blocks;
	}
	members = calloc(count + 1, sizeof(*members));
	schedule->slots = calloc(total + 1, sizeof(*schedule->slots));
	if (!members || !schedule->slots) {
		schedule_free(schedule);
		return err_num(err, ENOMEM, "plan %zu runs", total);
	}
	for (unsigned block = 0; block < blocks; block++) {
		size_t present = 0;

		for (unsigned i = 0; i < count; i++)
			if (takes_part(runs[i], block, blocks))
				members[present++] = i;
		stats_shuffle(members, present, &rng);
		for (size_t i = 0; i < present; i++)
			schedule->slots[schedule->count++] = (struct slot){ members[i], block };
	}
	return 0;
}

void schedule_free(struct schedule *schedule)
{
	free(schedule->slots);
	*schedule = (struct schedule){ 0 };
}
