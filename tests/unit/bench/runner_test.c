/*
 * runner_test.c - the measurement loop with mock subjects: order, warm-up, absence, failures.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bench/exec_mock.h"
#include "bench/runner.h"

static const struct sample ok[] = { { .wall_ns = 1000 } };
static const struct sample bad[] = { { .outcome = OUTCOME_FAILED, .wall_ns = 10 } };

static char order[256];
static unsigned order_count;

static void add_mock(struct subject *s, unsigned runs, struct mock_script *script)
{
	*s = (struct subject){ .runs = runs };
	s->ex.name[0] = script->letter;
	s->ex.ops = &exec_mock;
	s->ex.accel = "none";
	s->ex.state = script;
	script->order = order;
	script->order_count = &order_count;
}

Test(runner, warm_up_runs_are_kept_apart_and_come_first)
{
	struct mock_script a = { .samples = ok, .count = 1, .letter = 'a' };
	struct mock_script b = { .samples = ok, .count = 1, .letter = 'b' };
	struct subject subjects[2];
	struct runner runner = { .subjects = subjects, .count = 2, .warmup = 2, .seed = 1 };
	struct workspace ws = { 0 };
	struct err err = { 0 };

	add_mock(&subjects[0], 5, &a);
	add_mock(&subjects[1], 5, &b);
	runner_probe(&runner, &ws);
	cr_assert_eq(runner_measure(&runner, &ws, &err), 0);
	cr_assert_eq(strncmp(order, "abab", 4), 0);
	cr_assert_eq(order_count, 14);
	cr_assert_eq(subjects[0].samples.count, 5);
	cr_assert_eq(subjects[0].warmup.count, 2);
	for (int block = 2; block < 7; block++)
		cr_assert_neq(order[2 * block], order[2 * block + 1]);
	runner_finish(&runner, &ws);
}

Test(runner, a_subject_that_is_missing_is_marked_and_the_others_run)
{
	struct mock_script a = { .missing = "'a' is not installed", .letter = 'a' };
	struct mock_script b = { .samples = ok, .count = 1, .letter = 'b' };
	struct subject subjects[2];
	struct runner runner = { .subjects = subjects, .count = 2, .seed = 1 };
	struct workspace ws = { 0 };
	struct err err = { 0 };

	add_mock(&subjects[0], 3, &a);
	add_mock(&subjects[1], 3, &b);
	runner_probe(&runner, &ws);
	cr_assert_not(subjects[0].available);
	cr_assert_str_eq(subjects[0].unavailable.message, "'a' is not installed");
	cr_assert_eq(runner_measure(&runner, &ws, &err), 0);
	cr_assert_eq(subjects[0].samples.count, 0);
	cr_assert_eq(subjects[1].samples.count, 3);
	cr_assert_float_eq(subjects[1].summary.ratio, 1, 1e-9, "first of those that ran");
	runner_finish(&runner, &ws);
}

Test(runner, every_run_is_cleaned_up_and_the_first_error_is_kept)
{
	struct mock_script a = { .samples = bad, .count = 1, .letter = 'a', .error = "refused" };
	struct subject subject;
	struct runner runner = { .subjects = &subject, .count = 1, .warmup = 1, .seed = 1 };
	struct workspace ws = { 0 };
	struct err err = { 0 };

	add_mock(&subject, 4, &a);
	runner_probe(&runner, &ws);
	cr_assert_eq(runner_measure(&runner, &ws, &err), 0);
	cr_assert_eq(a.cleaned, 5);
	cr_assert_eq(subject.samples.failures, 4);
	cr_assert_eq(subject.summary.count, 0);
	cr_assert_str_eq(subject.samples.first_error, "refused");
	runner_finish(&runner, &ws);
}
