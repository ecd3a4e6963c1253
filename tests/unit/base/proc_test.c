/*
 * proc_test.c - a process is its pid and its start time; waiting and exit codes.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/clock.h"
#include "user/base/proc.h"

TestSuite(proc, .timeout = 20);

static pid_t sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		/* a name that looks like the fields behind it */
		prctl(PR_SET_NAME, ") Z 1 2 (", 0, 0, 0);
		pause();
		_exit(0);
	}
	return pid;
}

Test(proc, start_time_tells_processes_apart)
{
	pid_t pid = sleeper();
	uint64_t start = proc_start_time(pid);

	cr_assert_gt(start, 0);
	cr_assert(proc_is_alive(pid, start));
	cr_assert_not(proc_is_alive(pid, start + 1));
	cr_assert_not(proc_is_alive(0, 0));
	cr_assert_not(proc_is_alive(-1, start));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_assert_not(proc_is_alive(pid, start));
	cr_assert_eq(proc_start_time(pid), 0);
}

Test(proc, a_strange_name_does_not_confuse_the_state)
{
	pid_t pid = sleeper();
	char state = 0;

	/* until the child has renamed itself and sleeps */
	for (int i = 0; i < 1000 && state != 'S'; i++) {
		usleep(1000);
		cr_assert_gt(proc_stat(pid, &state), 0);
	}
	cr_assert_eq(state, 'S');
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

Test(proc, a_zombie_is_not_alive)
{
	pid_t pid = sleeper();
	uint64_t start = proc_start_time(pid);
	siginfo_t info;

	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	cr_assert_not(proc_is_alive(pid, start));
	waitpid(pid, NULL, 0);
}

Test(proc, waiting_ends_with_the_process_or_the_timeout)
{
	pid_t pid = sleeper();
	int pidfd = proc_pidfd(pid);
	uint64_t before = clock_ns(CLOCK_MONOTONIC);

	cr_assert_geq(pidfd, 0);
	cr_assert(fcntl(pidfd, F_GETFD) & FD_CLOEXEC);
	cr_assert_eq(proc_pidfd_wait(pidfd, 20), -ETIMEDOUT);
	cr_assert_geq(clock_ns(CLOCK_MONOTONIC) - before, 20000000ULL);
	cr_assert_eq(proc_pidfd_kill(pidfd, SIGKILL), 0);
	cr_assert_eq(proc_pidfd_wait(pidfd, -1), 0);
	waitpid(pid, NULL, 0);
	cr_assert_eq(proc_pidfd_kill(pidfd, 0), -ESRCH);
	close(pidfd);
	cr_assert_eq(proc_pidfd(pid), -ESRCH);
}

Test(proc, exit_codes_are_those_of_a_shell)
{
	cr_assert_eq(proc_exit_code(7 << 8), 7);
	cr_assert_eq(proc_exit_code(SIGKILL), 137);
}
