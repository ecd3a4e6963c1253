/*
 * exec_mock.h - a subject without a process and without a clock, for tests.
 *
 * Owns: playing back a script of samples, so that the whole path from schedule to JSON is tested
 * with times that are known and without a single sleep.
 * Does not own: what the script says.
 */
#ifndef CBOX_BENCH_EXEC_MOCK_H
#define CBOX_BENCH_EXEC_MOCK_H

#include "bench/executor.h"

struct mock_script {
	const struct sample *samples; /* played in a circle */
	unsigned count;
	unsigned played;       /* runs so far */
	unsigned cleaned;      /* calls of cleanup so far */
	const char *error;     /* message of every run that is not OK */
	const char *missing;   /* probe fails with this when not NULL */
	char *order;	       /* gets `letter` for every run; size must do; may be NULL */
	unsigned *order_count; /* shared by the mocks of a test */
	char letter;
};

/* ex->state must point to a struct mock_script; it stays the caller's. */
extern const struct executor_ops exec_mock;

#endif
