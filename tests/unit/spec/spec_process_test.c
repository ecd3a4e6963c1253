/*
 * spec_process_test.c - the process object: what is refused, with the path that is named.
 */
#include "config.h"

#include <linux/ioprio.h>
#include <linux/sched.h>
#include <sys/resource.h>

#define PROCESS(more) "'process': {'args': ['sh'], 'cwd': '/'" more "}"

Test(process, args_must_be_there)
{
	expect_refused("'process': {'cwd': '/'}", "process.args: missing");
	expect_refused("'process': {'cwd': '/', 'args': []}",
		       "process.args: must name a program to run");
	expect_refused("'process': {'cwd': '/', 'args': ['sh', 1]}",
		       "process.args[1]: expected a string, got 1");
}

Test(process, cwd_must_be_absolute)
{
	expect_refused("'process': {'args': ['sh']}", "process.cwd: missing");
	expect_refused("'process': {'args': ['sh'], 'cwd': 'tmp'}",
		       "process.cwd: expected an absolute path, got \"tmp\"");
}

Test(process, env_needs_a_name_and_an_equals_sign)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'env': ['A=', 'B=c=d']"));
	cr_assert_str_eq(spec.process.env[1], "B=c=d");
	expect_refused(PROCESS(", 'env': ['A=1', 'B']"),
		       "process.env[1]: expected NAME=VALUE, got \"B\"");
	expect_refused(PROCESS(", 'env': ['=1']"),
		       "process.env[0]: expected NAME=VALUE, got \"=1\"");
}

Test(process, ids_stop_short_of_minus_one)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'user': {'uid': 4294967294, 'gid': 5, "
				       "'additionalGids': [1, 2], 'umask': 18}"));
	cr_assert_eq(spec.process.user.uid, 4294967294);
	cr_assert_eq(spec.process.user.additional_gids[1], 2);
	cr_assert_eq(spec.process.user.umask, 022);
	expect_refused(PROCESS(", 'user': {'uid': 4294967295}"),
		       "process.user.uid: expected an id up to 4294967294, got 4294967295");
	expect_refused(PROCESS(", 'user': {'gid': -1}"),
		       "process.user.gid: expected an integer of 0 or more, got -1");
	expect_refused(PROCESS(", 'user': {'additionalGids': [0, '5']}"),
		       "process.user.additionalGids[1]: expected an integer, got \"5\"");
	expect_refused(PROCESS(", 'user': {'umask': 512}"),
		       "process.user.umask: expected an integer from 0 to 511, got 512");
}

Test(process, rlimits_are_checked)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'rlimits': [{'type': 'RLIMIT_NOFILE', 'soft': 1024, "
				       "'hard': 18446744073709551615}]"));
	cr_assert_eq(spec.process.rlimits[0].resource, RLIMIT_NOFILE);
	cr_assert_eq(spec.process.rlimits[0].hard, RLIM_INFINITY);
	expect_refused(PROCESS(", 'rlimits': [{'type': 'RLIMIT_FOO', 'soft': 1, 'hard': 1}]"),
		       "process.rlimits[0].type: expected the name of a resource limit, "
		       "got \"RLIMIT_FOO\"");
	expect_refused(PROCESS(", 'rlimits': [{'type': 'RLIMIT_CPU', 'soft': 2, 'hard': 1}]"),
		       "process.rlimits[0]: soft limit 2 is above the hard limit 1");
	expect_refused(PROCESS(", 'rlimits': [{'type': 'RLIMIT_CPU', 'soft': -1, 'hard': 1}]"),
		       "process.rlimits[0].soft: expected an integer of 0 or more, got -1");
	expect_refused(PROCESS(", 'rlimits': [{'type': 'RLIMIT_CPU', 'soft': 1}]"),
		       "process.rlimits[0].hard: missing");
	expect_refused(PROCESS(", 'rlimits': [{'type': 'RLIMIT_CPU', 'soft': 1, 'hard': 1},"
			       "{'type': 'RLIMIT_CPU', 'soft': 1, 'hard': 1}]"),
		       "process.rlimits: RLIMIT_CPU is given twice");
}

Test(process, unknown_capabilities_are_left_out)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'capabilities': {'bounding': ['CAP_CHOWN', 'CAP_NEXT'],"
				       "'ambient': ['CAP_CHECKPOINT_RESTORE']}"));
	cr_assert(spec.process.caps.present);
	cr_assert_eq(spec.process.caps.bounding, 1);
	cr_assert_eq(spec.process.caps.ambient, 1ULL << 40);
	expect_refused(PROCESS(", 'capabilities': {'effective': 'CAP_CHOWN'}"),
		       "process.capabilities.effective: expected an array, got \"CAP_CHOWN\"");
}

Test(process, oom_score_is_bounded)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'oomScoreAdj': -1000"));
	cr_assert_eq(spec.process.oom_score_adj.value, -1000);
	expect_refused(PROCESS(", 'oomScoreAdj': 1001"),
		       "process.oomScoreAdj: expected an integer from -1000 to 1000, got 1001");
}

Test(process, scheduler_members_fit_the_policy)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'scheduler': {'policy': 'SCHED_FIFO', 'priority': 10, "
				       "'flags': ['SCHED_FLAG_RESET_ON_FORK', "
				       "'SCHED_FLAG_UTIL_CLAMP_MAX']}"));
	cr_assert_eq(spec.process.scheduler.policy, SCHED_FIFO);
	cr_assert_eq(spec.process.scheduler.flags,
		     SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_UTIL_CLAMP_MAX);
	expect_refused(PROCESS(", 'scheduler': {'policy': 'SCHED_OTHER', 'priority': 10}"),
		       "process.scheduler: priority needs policy SCHED_FIFO or SCHED_RR");
	expect_refused(PROCESS(", 'scheduler': {'policy': 'SCHED_BATCH', 'runtime': 10}"),
		       "process.scheduler: runtime, deadline and period need SCHED_DEADLINE");
	expect_refused(PROCESS(", 'scheduler': {'policy': 'FAST'}"),
		       "process.scheduler.policy: expected one of SCHED_OTHER SCHED_FIFO SCHED_RR "
		       "SCHED_BATCH SCHED_IDLE SCHED_DEADLINE, got \"FAST\"");
}

Test(process, io_priority_is_read)
{
	struct spec spec;

	expect_accepted(&spec, PROCESS(", 'ioPriority': {'class': 'IOPRIO_CLASS_IDLE'}"));
	cr_assert_eq(spec.process.io_priority.class, IOPRIO_CLASS_IDLE);
	expect_refused(PROCESS(", 'ioPriority': {'class': 'IOPRIO_CLASS_BE', 'priority': 8}"),
		       "process.ioPriority.priority: expected an integer from 0 to 7, got 8");
}

Test(process, console_size_fits_the_kernel)
{
	expect_refused(PROCESS(", 'terminal': true, 'consoleSize': {'width': 65536, 'height': 1}"),
		       "process.consoleSize.width: expected an integer from 0 to 65535, got 65536");
}
