/*
 * child_test.c - measured children: exit codes, deadlines, and that nothing survives a kill.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "bench/child.h"
#include "user/base/num.h"
#include "user/base/proc.h"

#define SECOND_NS 1000000000ULL

static const struct child_streams nothing = { -1, -1, -1 };

TestSuite(child, .timeout = 30);

Test(child, an_exit_code_arrives_with_time_and_cpu)
{
	const char *const argv[] = { "/bin/sh", "-c", "exit 7", NULL };
	struct sample sample = { 0 };
	struct err err = { 0 };
	int code;

	cr_assert_eq(
		child_run(argv, nothing, 10 * SECOND_NS, CHILD_SETTLE_NS, &sample, &code, &err), 0);
	cr_assert_eq(code, 7);
	cr_assert_eq(sample.outcome, OUTCOME_OK);
	cr_assert(sample.wall_ns > 0 && sample.wall_ns < 10 * SECOND_NS);
	cr_assert(sample.minor_faults > 0);
}

Test(child, a_program_that_is_not_there_is_an_error_and_not_a_fast_run)
{
	const char *const argv[] = { "/nonexistent/program", NULL };
	struct sample sample = { 0 };
	struct err err = { 0 };
	int code;

	cr_assert_eq(child_run(argv, nothing, SECOND_NS, CHILD_SETTLE_NS, &sample, &code, &err),
		     -ENOENT);
	cr_assert_not_null(strstr(err.message, "/nonexistent/program"));
}

Test(child, a_hang_is_killed_with_its_descendants_even_from_another_group)
{
	/* setsid: the grandchild leaves the process group; it then is orphaned by the kill. */
	const char *const argv[] = { "/bin/sh", "-c", "setsid sleep 1000 & echo $!; sleep 1000",
				     NULL };
	struct sample sample = { 0 };
	struct err err = { 0 };
	char text[64] = "";
	int code, out[2];
	uint32_t pid;

	cr_assert_eq(child_init(&err), 0);
	cr_assert_eq(pipe2(out, O_CLOEXEC), 0);
	/* Two seconds: on a busy machine the shell needs a while to get as far as its echo. */
	cr_assert_eq(child_run(argv, (struct child_streams){ -1, out[1], -1 }, 2 * SECOND_NS,
			       CHILD_SETTLE_NS, &sample, &code, &err),
		     0);
	close(out[1]);
	cr_assert_eq(sample.outcome, OUTCOME_TIMEOUT);
	cr_assert_eq(code, 128 + SIGKILL);
	cr_assert(sample.wall_ns >= 2 * SECOND_NS);
	cr_assert(read(out[0], text, sizeof(text) - 1) > 0);
	text[strcspn(text, "\n")] = '\0';
	cr_assert_eq(num_u32(text, &pid), 0);
	cr_assert_eq(proc_start_time((pid_t)pid), 0, "pid %u survived", pid);
}

Test(child, cpu_time_includes_what_descendants_used)
{
	const char *const argv[] = {
		"/bin/sh", "-c",
		"sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; exit 0", NULL
	};
	struct sample sample = { 0 };
	struct err err = { 0 };
	int code;

	cr_assert_eq(
		child_run(argv, nothing, 20 * SECOND_NS, CHILD_SETTLE_NS, &sample, &code, &err), 0);
	cr_assert_eq(code, 0);
	cr_assert(sample.cpu_ns > SECOND_NS / 100, "%llu ns", (unsigned long long)sample.cpu_ns);
}

Test(child, an_interrupt_ends_the_wait)
{
	const char *const argv[] = { "/bin/sh", "-c", "kill -INT $PPID; sleep 1000", NULL };
	struct sample sample = { 0 };
	struct err err = { 0 };
	int code;

	cr_assert_eq(child_init(&err), 0);
	cr_assert_eq(
		child_run(argv, nothing, 20 * SECOND_NS, CHILD_SETTLE_NS, &sample, &code, &err), 0);
	cr_assert_eq(sample.outcome, OUTCOME_INTERRUPTED);
	cr_assert(child_interrupted());
}

Test(child, capture_returns_output_and_exit_code)
{
	const char *const argv[] = { "/bin/sh", "-c", "echo out; echo err >&2; exit 3", NULL };
	struct err err = { 0 };
	char text[64];

	cr_assert_eq(child_capture(argv, text, sizeof(text), &err), 3);
	cr_assert_str_eq(text, "out\nerr\n");
}
