/*
 * schedule_test.c - blocks are complete, random and repeatable.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/schedule.h"

static struct schedule plan(const unsigned *runs, unsigned count, uint64_t seed)
{
	struct schedule schedule;
	struct err err = { 0 };

	cr_assert_eq(schedule_plan(&schedule, runs, count, seed, &err), 0);
	return schedule;
}

Test(schedule, every_block_holds_every_subject_once)
{
	const unsigned runs[] = { 10, 10, 10 };
	struct schedule s = plan(runs, 3, 1);
	unsigned seen[10][3] = { 0 };

	cr_assert_eq(s.count, 30);
	for (size_t i = 0; i < s.count; i++) {
		cr_assert_eq(s.slots[i].block, i / 3);
		seen[s.slots[i].block][s.slots[i].subject]++;
	}
	for (int b = 0; b < 10; b++)
		for (int i = 0; i < 3; i++)
			cr_assert_eq(seen[b][i], 1);
	schedule_free(&s);
}

Test(schedule, the_same_seed_gives_the_same_order_and_another_seed_another)
{
	const unsigned runs[] = { 20, 20, 20 };
	struct schedule a = plan(runs, 3, 5), b = plan(runs, 3, 5), c = plan(runs, 3, 6);
	size_t size = a.count * sizeof(*a.slots);

	cr_assert_eq(memcmp(a.slots, b.slots, size), 0);
	cr_assert_neq(memcmp(a.slots, c.slots, size), 0);
	schedule_free(&a);
	schedule_free(&b);
	schedule_free(&c);
}

Test(schedule, no_subject_always_follows_the_same_neighbour)
{
	const unsigned runs[] = { 300, 300, 300 };
	struct schedule s = plan(runs, 3, 9);
	unsigned first[3] = { 0 };

	for (size_t i = 0; i < s.count; i += 3)
		first[s.slots[i].subject]++;
	for (int i = 0; i < 3; i++)
		cr_assert(first[i] > 70 && first[i] < 130, "subject %d is first %u times", i,
			  first[i]);
	schedule_free(&s);
}

Test(schedule, a_subject_with_fewer_runs_is_spread_over_the_whole_measurement)
{
	const unsigned runs[] = { 100, 7, 0 };
	struct schedule s = plan(runs, 3, 2);
	unsigned count = 0, last = 0;

	for (size_t i = 0; i < s.count; i++) {
		cr_assert_neq(s.slots[i].subject, 2, "a subject without runs was scheduled");
		if (s.slots[i].subject != 1)
			continue;
		cr_assert(s.slots[i].block - last <= 16, "gap of %u blocks",
			  s.slots[i].block - last);
		last = s.slots[i].block;
		count++;
	}
	cr_assert_eq(count, 7);
	cr_assert_eq(s.count, 107);
	schedule_free(&s);
}

Test(schedule, nothing_to_run_is_an_empty_schedule)
{
	struct schedule s = plan(NULL, 0, 1);

	cr_assert_eq(s.count, 0);
	schedule_free(&s);
}
