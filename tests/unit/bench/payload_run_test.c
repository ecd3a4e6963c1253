/*
 * payload_run_test.c - a run is judged by its exit code and by the payload's token, never by one.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/payload_run.h"

#define SECOND_NS 1000000000ULL

TestSuite(payload_run, .timeout = 20);

static struct sample judge(const char *script, uint64_t timeout_ns, struct err *why)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct workspace ws = { .token = "token" };
	struct sample sample = { 0 };

	ws.out = memfd_create("out", MFD_CLOEXEC);
	ws.err = memfd_create("err", MFD_CLOEXEC);
	cr_assert_eq(payload_run(argv, &ws, timeout_ns, &sample, why), 0);
	return sample;
}

Test(payload_run, success_needs_the_exit_code_and_the_token)
{
	struct err why = { 0 };

	cr_assert_eq(judge("echo token", 9 * SECOND_NS, &why).outcome, OUTCOME_OK);
}

Test(payload_run, exit_code_0_without_the_token_is_a_failure)
{
	struct err why = { 0 };

	cr_assert_eq(judge("echo hi", 9 * SECOND_NS, &why).outcome, OUTCOME_FAILED);
	cr_assert_str_eq(why.message, "exit code 0, but the payload did not run: hi");
}

Test(payload_run, the_token_with_another_exit_code_is_a_failure)
{
	struct err why = { 0 };

	cr_assert_eq(judge("echo token; echo bad >&2; exit 4", 9 * SECOND_NS, &why).outcome,
		     OUTCOME_FAILED);
	cr_assert_str_eq(why.message, "exit code 4: bad");
}

Test(payload_run, a_hang_is_a_timeout_even_after_the_token)
{
	struct err why = { 0 };

	cr_assert_eq(judge("echo token; exec sleep 1000", SECOND_NS / 5, &why).outcome,
		     OUTCOME_TIMEOUT);
	cr_assert_str_eq(why.message, "killed after 200 ms");
}
