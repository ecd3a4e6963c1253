/*
 * control_test.c - both sides meet, and neither waits for a dead one.
 *
 * A process with shared memory stands in for the child; real ones share all memory (CLONE_VM).
 */
#include <criterion/criterion.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/control.h"

static struct control *shared_control(void)
{
	struct control *control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(control, MAP_FAILED);
	return control;
}

Test(control, a_permit_given_before_is_not_waited_for, .timeout = 10)
{
	struct control *control = shared_control();

	cr_assert_eq(control_init(control, gettid()), 0);
	control_permit(control, SYNC_READY);
	cr_assert_eq(control_wait_parent(control, SYNC_HOOKS), 0);
	cr_assert_eq(control_wait_parent(control, SYNC_READY), 0);
	cr_assert_eq(control->child, CONTROL_CHILD_RUNS, "nothing to tell the parent");
}

Test(control, the_child_waits_for_its_permit, .timeout = 10)
{
	struct control *control = shared_control();
	int status;
	pid_t pid;

	cr_assert_eq(control_init(control, gettid()), 0);
	pid = fork();
	if (pid == 0)
		_exit(control_wait_parent(control, SYNC_MAPS) == 0 &&
				      control_wait_parent(control, SYNC_READY) == 0
			      ? 0
			      : 1);
	cr_assert_eq(control_wait_child(control, CONTROL_CHILD_RUNS), (uint32_t)SYNC_MAPS);
	control_permit(control, SYNC_MAPS);
	cr_assert_eq(control_wait_child(control, SYNC_MAPS), (uint32_t)SYNC_READY);
	control_permit(control, SYNC_READY);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
}

Test(control, a_killed_parent_frees_the_child_with_an_error, .timeout = 10)
{
	struct control *control = shared_control();
	int pipe_fds[2], result = 0;
	pid_t parent;

	cr_assert_eq(pipe(pipe_fds), 0);
	parent = fork();
	if (parent == 0) {
		if (control_init(control, gettid()) < 0)
			_exit(1);
		if (fork() == 0) {
			result = control_wait_parent(control, SYNC_READY);
			_exit(write(pipe_fds[1], &result, sizeof(result)) != sizeof(result));
		}
		pause();
		_exit(1);
	}
	while (__atomic_load_n(&control->child, __ATOMIC_SEQ_CST) != SYNC_READY)
		usleep(1000);
	kill(parent, SIGKILL);
	cr_assert_eq(read(pipe_fds[0], &result, sizeof(result)), (ssize_t)sizeof(result));
	cr_assert_eq(result, -ESRCH);
	waitpid(parent, NULL, 0);
}
