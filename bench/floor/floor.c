/*
 * floor.c - `cbench-floor ROOTFS PROGRAM [ARG...]`: the least a container start can cost.
 *
 * Owns: one clone of the namespaces that cbench's bundle asks for, a private mount tree, the root
 * file system, /proc, pivot_root and exec; then the child's exit code is passed on. What is left
 * between this and a runtime is the runtime's own: configuration, state, cgroups, devices, masks,
 * capabilities, seccomp. Nothing here is safe against the payload.
 * Does not own: any of that; it is a yardstick, not a runtime.
 *
 * CLONE_VM|CLONE_VFORK: the child borrows this address space until exec, so no page table is
 * copied, which is how the fastest runtimes start too.
 *
 * See: clone(2), pivot_root(2), section "pivot_root(".", ".")".
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED_TO_START 125
#define STACK_SIZE 16384

struct start {
	char **argv; /* [0] root file system, [1] program */
	const char *failed;
};

static char stack[STACK_SIZE] __attribute__((aligned(16)));

static int child(void *arg)
{
	struct start *start = arg;
	const char *rootfs = start->argv[0];
	static char path[] = "PATH=/bin";
	char *const env[] = { path, NULL };

	start->failed = "make mounts private";
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		_exit(FAILED_TO_START);
	start->failed = "bind the root file system";
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(rootfs) < 0)
		_exit(FAILED_TO_START);
	start->failed = "mount proc";
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		_exit(FAILED_TO_START);
	start->failed = "pivot_root";
	if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0)
		_exit(FAILED_TO_START);
	start->failed = "exec";
	execve(start->argv[1], start->argv + 1, env);
	_exit(FAILED_TO_START);
}

static void complain(const char *what, const char *reason)
{
	const char *const parts[] = { "cbench-floor: ", what, reason ? ": " : "", reason, "\n" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] && write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
			return;
}

int main(int argc, char **argv)
{
	const int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			  CLONE_NEWCGROUP | CLONE_VM | CLONE_VFORK | SIGCHLD;
	struct start start = { .argv = argv + 1 };
	int status;
	pid_t pid;

	if (argc < 3) {
		complain("usage: cbench-floor ROOTFS PROGRAM [ARG...]", NULL);
		return 2;
	}
	pid = clone(child, stack + sizeof(stack), flags, &start);
	if (pid < 0) {
		complain("clone", strerror(errno));
		return FAILED_TO_START;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return FAILED_TO_START;
	if (WIFEXITED(status) && WEXITSTATUS(status) == FAILED_TO_START)
		complain(start.failed, strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
