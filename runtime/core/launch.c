/*
 * launch.c - see launch.h.
 */
#include "runtime/core/launch.h"

#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/linux/seccomp.h"
#include "runtime/linux/sys.h"
#include "user/base/fmt.h"

#define PAGE 4096
#define STACK_SIZE (64 * 1024)

static struct {
	char stack[STACK_SIZE] __attribute__((aligned(PAGE)));
	char small_stack[4 * PAGE] __attribute__((aligned(PAGE))); /* of the intermediate */
	struct control control;
	struct launch launch;
	bool busy, guarded;
} memory;

bool launch_is_busy(void)
{
	return memory.busy;
}

struct launch *launch_open(struct err *err)
{
	/* the lowest page of the stack becomes a wall: an overflow ends in SIGSEGV, not in data */
	if (!memory.guarded && mprotect(memory.stack, PAGE, PROT_NONE) < 0) {
		err_sys(err, "guard the child's stack");
		return NULL;
	}
	memory.guarded = memory.busy = true;
	memory.launch = (struct launch){ .cgroup_v2 = -1, .pidfd = -1 };
	memory.launch.context.control = &memory.control;
	return &memory.launch;
}

void launch_close(struct launch *launch, bool child_needs_memory)
{
	if (launch->pidfd >= 0)
		close(launch->pidfd);
	launch->pidfd = -1;
	memory.busy = child_needs_memory;
}

/*
 * clone3 whose child continues in entry(arg) on the new stack. In C alone the child would return
 * into a frame of the parent's stack.
 */
static long clone_onto(struct clone_args *args, int (*entry)(void *), void *arg)
{
#if defined(__x86_64__)
	long r;
	register long fn __asm__("r8") = (long)entry;
	register long data __asm__("r9") = (long)arg;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r9, %%rdi\n\t"
			 "call *%%r8\n\t"
			 "ud2\n"
			 "1:"
			 : "=a"(r)
			 : "a"(SYS_clone3), "D"(args), "S"(sizeof(*args)), "r"(fn), "r"(data)
			 : "rcx", "r11", "memory");
	return r;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = SYS_clone3;
	register long x0 __asm__("x0") = (long)args;
	register long x1 __asm__("x1") = sizeof(*args);
	register long x2 __asm__("x2") = (long)entry;
	register long x3 __asm__("x3") = (long)arg;

	__asm__ volatile("svc 0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x0, x3\n\t"
			 "blr x2\n\t"
			 "brk 1\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
			 : "memory", "x30");
	return x0;
#endif
}

int launch_prepare_seccomp(struct arena *arena, const struct json *profile,
			   struct seccomp_filter *filter, struct err *err)
{
	const char *cache = geteuid() == 0 ? "/run/cbox-seccomp" : NULL;
	int r = seccomp_filter_prepare(arena, profile, cache, filter, err);

	if (r < 0 || !(filter->flags & SECCOMP_FILTER_FLAG_NEW_LISTENER))
		return r;
	err_set(err, ENOTSUP, "linux.seccomp: SCMP_ACT_NOTIFY is not supported");
	return err_status(err, EXIT_UNSUPPORTED);
}

static struct clone_args child_args(const struct launch *launch)
{
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND |
			 launch->context.plan->clone_flags,
		.child_tid = (uintptr_t)&memory.control.child,
		.stack = (uintptr_t)memory.stack,
		.stack_size = sizeof(memory.stack),
	};

	if (launch->cgroup_v2 >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)launch->cgroup_v2;
	}
	return args;
}

/*
 * The intermediate: joins first, so that the new namespaces belong to the user namespace joined,
 * or that a namespace of the host's can still be joined before a new user namespace. Its own
 * child is a child of the launching process (CLONE_PARENT).
 */
static int intermediate_main(void *arg)
{
	struct launch *launch = arg;
	struct clone_args args = child_args(launch);
	struct err *err = &memory.control.err;
	long pid = child_join_namespaces(launch->context.plan, err);

	if (pid == 0) {
		args.flags |= CLONE_PARENT;
		pid = clone_onto(&args, child_main, &launch->context);
		if (pid < 0)
			err_num(err, (int)pid, "clone");
	}
	launch->pid = (pid_t)pid;
	sys_exit(pid < 0);
}

static bool needs_intermediate(const struct plan *plan)
{
	bool joins = false;

	for (size_t i = 0; i < plan->count && !joins; i++)
		joins = plan->steps[i].kind == STEP_JOIN_NS && plan->steps[i].ns.path;
	return (plan->new_user_ns && joins) || (plan->join_user_ns && plan->clone_flags);
}

static int start_by_intermediate(struct launch *launch, struct err *err)
{
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_CLEAR_SIGHAND,
		.exit_signal = SIGCHLD,
		.stack = (uintptr_t)memory.small_stack,
		.stack_size = sizeof(memory.small_stack),
	};
	long pid;

	launch->context.namespaces_joined = true;
	pid = clone_onto(&args, intermediate_main, launch);
	if (pid < 0)
		return err_num(err, (int)pid, "clone");
	while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (launch->pid <= 0) {
		launch->pid = 0;
		*err = memory.control.err;
		return -(err->number ? err->number : ECHILD);
	}
	launch->pidfd = (int)sys2(SYS_pidfd_open, launch->pid, 0);
	return launch->pidfd < 0 ? err_num(err, launch->pidfd, "pidfd_open") : 0;
}

int launch_start(struct launch *launch, struct err *err)
{
	struct clone_args args;
	int pidfd = -1, r;
	long pid;

	r = control_init(&memory.control, gettid());
	if (r < 0)
		return err_num(err, r, "set_robust_list");
	if (needs_intermediate(launch->context.plan))
		return start_by_intermediate(launch, err);
	args = child_args(launch);
	args.flags |= CLONE_PIDFD;
	args.pidfd = (uintptr_t)&pidfd;
	args.exit_signal = SIGCHLD;
	pid = clone_onto(&args, child_main, &launch->context);
	if (pid == -EPERM || pid == -EINVAL || pid == -ENOSYS || pid == -ENOSPC) {
		err_num(err, (int)pid, "make the container's namespaces (clone3)");
		return err_status(err, EXIT_UNSUPPORTED);
	}
	if (pid < 0)
		return err_num(err, (int)pid, "clone3");
	launch->pid = (pid_t)pid;
	launch->pidfd = pidfd;
	return 0;
}

static int failure(struct launch *launch, struct err *err)
{
	if (memory.control.err.number) {
		*err = memory.control.err;
		return -err->number;
	}
	(void)launch;
	return err_set(err, ECHILD, "the container's process was killed during its set-up");
}

int launch_wait(struct launch *launch, enum sync_point point, struct err *err)
{
	uint32_t word = CONTROL_CHILD_RUNS;

	while ((word = control_wait_child(&memory.control, word)) != 0)
		if (word == (uint32_t)point)
			return 0;
	/* gone: the exec took the memory away, or the process ended */
	return memory.control.execing ? 0 : failure(launch, err);
}

void launch_permit(struct launch *launch, enum sync_point point)
{
	(void)launch;
	control_permit(&memory.control, point);
}

void launch_abort(struct launch *launch)
{
	if (launch->pid <= 0)
		return;
	if (launch->pidfd >= 0)
		sys4(SYS_pidfd_send_signal, launch->pidfd, SIGKILL, NULL, 0);
	while (waitpid(launch->pid, NULL, 0) < 0 && errno == EINTR)
		;
	launch->pid = 0;
}
