/*
 * hist_test.c - buckets, percentiles and bars of histograms.
 */
#include <criterion/criterion.h>

#include "user/base/hist.h"

Test(hist, an_empty_histogram_has_no_percentile_and_no_bars)
{
	struct hist h = { 0 };
	struct strbuf out = { 0 };

	hist_render(&h, HIST_NS, 10, &out);
	cr_assert_eq(out.len, 0);
	cr_assert_eq(hist_percentile(&h, 50), 0);
}

Test(hist, log2_buckets_start_at_powers_of_two)
{
	struct hist h;

	hist_init_log2(&h);
	hist_add(&h, 0);
	hist_add(&h, 1);
	hist_add(&h, 1023);
	hist_add(&h, 1024);
	hist_add(&h, UINT64_MAX);
	cr_assert_eq(h.buckets[0], 2);
	cr_assert_eq(h.buckets[9], 1);
	cr_assert_eq(h.buckets[10], 1);
	cr_assert_eq(h.buckets[63], 1);
	cr_assert_eq(h.min, 0);
	cr_assert_eq(h.max, UINT64_MAX);
	cr_assert_eq(h.sum, UINT64_MAX, "the sum must saturate");
}

Test(hist, linear_buckets_catch_what_lies_outside)
{
	struct hist h;

	hist_init_linear(&h, 100, 10);
	hist_add(&h, 5);
	hist_add(&h, 109);
	hist_add(&h, 110);
	hist_add(&h, 1000000);
	cr_assert_eq(h.buckets[0], 2);
	cr_assert_eq(h.buckets[1], 1);
	cr_assert_eq(h.buckets[HIST_BUCKETS - 1], 1);
}

Test(hist, percentiles_of_an_even_spread_are_near_the_truth)
{
	struct hist h;

	hist_init_linear(&h, 0, 20);
	for (uint64_t i = 1; i <= 1000; i++)
		hist_add(&h, i);
	for (int p = 1; p <= 100; p++) {
		uint64_t got = hist_percentile(&h, p), want = (uint64_t)p * 10;
		uint64_t off = got > want ? got - want : want - got;

		cr_assert_leq(off, 10, "p%d is %lu", p, (unsigned long)got);
	}
	cr_assert_eq(hist_percentile(&h, 100), 1000);
}

Test(hist, percentiles_stay_between_the_smallest_and_the_largest_value)
{
	struct hist h = { 0 };

	hist_add(&h, 1500);
	cr_assert_eq(hist_percentile(&h, 1), 1500);
	cr_assert_eq(hist_percentile(&h, 99), 1500);
	hist_add(&h, 1600);
	cr_assert_geq(hist_percentile(&h, 50), 1500);
	cr_assert_leq(hist_percentile(&h, 99), 1600);
}

Test(hist, merging_is_the_same_as_adding_all_to_one)
{
	struct hist a = { 0 }, b = { 0 }, all = { 0 };

	for (uint64_t i = 1; i < 2000; i += 7) {
		hist_add(i % 2 ? &a : &b, i);
		hist_add(&all, i);
	}
	hist_merge(&a, &b);
	cr_assert_eq(memcmp(&a, &all, sizeof(a)), 0);
	hist_merge(&a, &(struct hist){ 0 });
	cr_assert_eq(memcmp(&a, &all, sizeof(a)), 0);
}

Test(hist, values_carry_their_unit)
{
	char buf[HIST_VALUE_SIZE];

	cr_assert_str_eq(hist_value(999, HIST_NS, buf), "999ns");
	cr_assert_str_eq(hist_value(1500, HIST_NS, buf), "1.50us");
	cr_assert_str_eq(hist_value(2000000000, HIST_NS, buf), "2.00s");
	cr_assert_str_eq(hist_value(65536, HIST_BYTES, buf), "64.0KiB");
	cr_assert_str_eq(hist_value(7, HIST_PLAIN, buf), "7");
	cr_assert_str_eq(hist_value(UINT64_MAX, HIST_BYTES, buf), "16777216TiB");
}

Test(hist, bars_scale_to_the_fullest_bucket_and_never_vanish)
{
	struct hist h = { 0 };
	cleanup_strbuf struct strbuf out = { 0 };

	for (int i = 0; i < 100; i++)
		hist_add(&h, 1024);
	hist_add(&h, 4096);
	hist_render(&h, HIST_BYTES, 10, &out);
	cr_assert_str_eq(out.data, "   1.00KiB - 2.00KiB       100 |##########|\n"
				   "   2.00KiB - 4.00KiB         0 |          |\n"
				   "   4.00KiB - 8.00KiB         1 |#         |\n");
}
