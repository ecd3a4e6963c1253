/*
 * runner.c - see runner.h.
 */
#include "bench/runner.h"

#include <limits.h>
#include <stdlib.h>

#include "bench/child.h"
#include "bench/host.h"
#include "bench/schedule.h"
#include "bench/warmup.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fmt.h"
#include "user/base/term.h"

void runner_probe(struct runner *runner, struct workspace *ws)
{
	for (unsigned i = 0; i < runner->count; i++) {
		struct subject *s = &runner->subjects[i];
		int r = s->ex.ops->probe(&s->ex, ws, &s->unavailable);

		if (r == 0 && s->ex.ops->prepare)
			r = s->ex.ops->prepare(&s->ex, ws, &s->unavailable);
		s->available = r == 0;
	}
}

static int run_once(struct runner *runner, struct workspace *ws, struct subject *s, unsigned block,
		    uint64_t begun_ns, struct err *err)
{
	struct sample_set *set = block == UINT_MAX ? &s->warmup : &s->samples;
	struct sample sample = { .block = block };
	struct disturbance before, after;
	struct err why = { 0 };
	int r;

	host_disturbance(&before);
	sample.started_ns = clock_ns(CLOCK_MONOTONIC) - begun_ns;
	r = s->ex.ops->run(&s->ex, ws, runner->timeout_ns, &sample, &why);
	host_disturbance(&after);
	sample.cpu_stall_ns = after.cpu_stall_ns - before.cpu_stall_ns;
	sample.steal_ns = after.steal_ns - before.steal_ns;
	if (r < 0) /* could not even be started: a failure like any other, and counted as one */
		sample.outcome = OUTCOME_FAILED;
	if (s->ex.ops->cleanup)
		s->ex.ops->cleanup(&s->ex, ws, &sample);
	if (sample.outcome == OUTCOME_INTERRUPTED)
		return 0;
	if (sample.outcome != OUTCOME_OK && !set->first_error[0])
		fmt_string(set->first_error, sizeof(set->first_error), "%s", why.message);
	return sample_add(set, &sample, err);
}

static bool needs_warmup(const struct runner *runner, const struct subject *s)
{
	if (!s->available)
		return false;
	/* A boot has no cache worth more than one warm-up run of seconds. */
	if (s->ex.ops == &exec_vm)
		return runner->warmup && !s->warmup.count;
	if (runner->warmup != WARMUP_AUTO)
		return s->warmup.count < runner->warmup;
	return s->warmup.count < WARMUP_MAX && !warmup_done(&s->warmup);
}

static int warm_up(struct runner *runner, struct workspace *ws, struct err *err)
{
	bool again = true;
	int r = 0;

	while (again && r == 0) {
		again = false;
		for (unsigned i = 0; i < runner->count && r == 0; i++) {
			struct subject *s = &runner->subjects[i];

			if (child_interrupted())
				return 0;
			if (!needs_warmup(runner, s))
				continue;
			r = run_once(runner, ws, s, UINT_MAX, 0, err);
			again = true;
		}
	}
	return r;
}

static int summarise(struct runner *runner, struct err *err)
{
	cleanup_free const struct sample_set **sets = calloc(runner->count + 1, sizeof(*sets));
	cleanup_free struct summary *made = calloc(runner->count + 1, sizeof(*made));
	unsigned count = 0;
	int r;

	if (!sets || !made)
		return err_sys(err, "summarise");
	for (unsigned i = 0; i < runner->count; i++)
		if (runner->subjects[i].available)
			sets[count++] = &runner->subjects[i].samples;
	r = summary_make(made, sets, count, runner->seed, err);
	if (r < 0)
		return r;
	for (unsigned i = 0, at = 0; i < runner->count; i++)
		if (runner->subjects[i].available)
			runner->subjects[i].summary = made[at++];
	return 0;
}

int runner_measure(struct runner *runner, struct workspace *ws, struct err *err)
{
	cleanup_free unsigned *runs = calloc(runner->count + 1, sizeof(*runs));
	struct schedule schedule = { 0 };
	struct progress progress;
	uint64_t begun_ns;
	int r;

	if (!runs)
		return err_sys(err, "plan the runs");
	for (unsigned i = 0; i < runner->count; i++)
		runs[i] = runner->subjects[i].available ? runner->subjects[i].runs : 0;
	r = schedule_plan(&schedule, runs, runner->count, runner->seed, err);
	if (r < 0)
		return r;
	progress_begin(&progress, "measuring", schedule.count);
	r = warm_up(runner, ws, err);
	begun_ns = clock_ns(CLOCK_MONOTONIC);
	for (size_t i = 0; i < schedule.count && r == 0 && !child_interrupted(); i++) {
		struct slot slot = schedule.slots[i];

		r = run_once(runner, ws, &runner->subjects[slot.subject], slot.block, begun_ns,
			     err);
		progress_update(&progress, i + 1);
	}
	progress_end(&progress);
	schedule_free(&schedule);
	runner->interrupted = child_interrupted();
	return r < 0 ? r : summarise(runner, err);
}

void runner_finish(struct runner *runner, struct workspace *ws)
{
	for (unsigned i = 0; i < runner->count; i++) {
		struct subject *s = &runner->subjects[i];

		if (s->ex.ops->finish)
			s->ex.ops->finish(&s->ex, ws);
		sample_set_free(&s->samples);
		sample_set_free(&s->warmup);
	}
}
