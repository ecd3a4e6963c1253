/*
 * child.c - see child.h.
 */
#include "bench/child.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/proc.h"

#define MS_NS 1000000ULL
#define CAPTURE_TIMEOUT_NS (10000 * MS_NS)
#define KILL_ROUNDS 50
/*
 * After Ctrl-C a run may still end by itself: a runtime killed in the middle of a start leaves a
 * cgroup that its own delete --force does not find.
 */
#define INTERRUPT_GRACE_NS (2000 * MS_NS)

extern char **environ;

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	interrupted = signal;
}

bool child_interrupted(void)
{
	return interrupted != 0;
}

int child_init(struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART: waits must end */

	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return err_sys(err, "become the reaper of orphans");
	if (sigaction(SIGINT, &action, NULL) < 0 || sigaction(SIGTERM, &action, NULL) < 0)
		return err_sys(err, "handle signals");
	/* Let in by ppoll() alone: a signal between a check and the wait would go unnoticed. */
	if (sigprocmask(SIG_BLOCK, &ours, NULL) < 0)
		return err_sys(err, "block signals");
	return 0;
}

static int add_stream(posix_spawn_file_actions_t *actions, int fd, int target)
{
	if (fd < 0)
		return posix_spawn_file_actions_addopen(actions, target, "/dev/null", O_RDWR, 0);
	return posix_spawn_file_actions_adddup2(actions, fd, target);
}

static int spawn(pid_t *pid, const char *const *argv, const posix_spawn_file_actions_t *actions)
{
	posix_spawnattr_t attr;
	sigset_t defaults, none;
	int r;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGTERM);
	r = posix_spawnattr_init(&attr);
	if (r)
		return r;
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setsigmask(&attr, &none);
	/* A group of its own: Ctrl-C on the terminal reaches us alone, and kill reaches all of it. */
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn(pid, argv[0], actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	return r;
}

int child_start(struct child *child, const char *const *argv, struct child_streams streams,
		struct err *err)
{
	posix_spawn_file_actions_t actions;
	int r;

	*child = (struct child){ .pidfd = -1 };
	r = posix_spawn_file_actions_init(&actions);
	if (r)
		return err_num(err, r, "start '%s'", argv[0]);
	r = add_stream(&actions, streams.in, STDIN_FILENO);
	r = r ? r : add_stream(&actions, streams.out, STDOUT_FILENO);
	r = r ? r : add_stream(&actions, streams.err, STDERR_FILENO);
	if (!r) {
		child->started_ns = clock_ns(CLOCK_MONOTONIC);
		r = spawn(&child->pid, argv, &actions);
	}
	posix_spawn_file_actions_destroy(&actions);
	if (r)
		return err_num(err, r, "start '%s'", argv[0]);
	child->pidfd = proc_pidfd(child->pid);
	if (child->pidfd < 0) {
		kill(-child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		return err_num(err, child->pidfd, "open a pidfd of '%s'", argv[0]);
	}
	return 0;
}

int child_wait(const struct child *child, int ready_fd, uint64_t timeout_ns)
{
	uint64_t deadline = child->started_ns + timeout_ns;
	struct pollfd fds[] = { { .fd = child->pidfd, .events = POLLIN },
				{ .fd = ready_fd, .events = POLLIN } };
	bool hurried = false;
	sigset_t let_in;

	sigemptyset(&let_in);

	for (;;) {
		uint64_t now = clock_ns(CLOCK_MONOTONIC);
		struct timespec wait;
		int n;

		if (child_interrupted() && !child->shielded && !hurried) {
			hurried = true;
			if (deadline > now + INTERRUPT_GRACE_NS)
				deadline = now + INTERRUPT_GRACE_NS;
		}
		if (now >= deadline)
			return hurried ? -EINTR : -ETIMEDOUT;
		wait = (struct timespec){ .tv_sec = (time_t)((deadline - now) / (1000 * MS_NS)),
					  .tv_nsec = (long)((deadline - now) % (1000 * MS_NS)) };
		n = ppoll(fds, 2, &wait, &let_in);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return fds[1].revents & POLLIN ? 1 : 0;
	}
}

/* Parent of pid by proc(5) on /proc/PID/stat field 4; 0 when it is gone. */
static pid_t parent_of(const char *pid)
{
	char path[64], text[512], *p, *end;
	cleanup_close int fd = -1;
	uint32_t parent;
	ssize_t n;

	fmt_string(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	p = strrchr(text, ')'); /* comm may hold anything: count from its end, ") S PPID " */
	if (!p || strlen(p) < 5)
		return 0;
	end = strchr(p + 4, ' ');
	if (!end)
		return 0;
	*end = '\0';
	return num_u32(p + 4, &parent) == 0 ? (pid_t)parent : 0;
}

/* Kills our children that are not older than the child. Returns how many still ran. */
static unsigned kill_orphans(const struct child *child)
{
	cleanup_closedir DIR *proc = opendir("/proc");
	unsigned found = 0;
	pid_t self = getpid();
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		cleanup_close int pidfd = -1;
		uint32_t pid;
		char state;

		if (num_u32(entry->d_name, &pid) < 0 || parent_of(entry->d_name) != self)
			continue;
		pidfd = proc_pidfd((pid_t)pid);
		if (pidfd < 0 || proc_stat((pid_t)pid, &state) < child->start_time || state == 'Z')
			continue;
		proc_pidfd_kill(pidfd, SIGKILL);
		found++;
	}
	return found;
}

static void sleep_ns(uint64_t ns)
{
	struct timespec wait = { .tv_sec = (time_t)(ns / (1000 * MS_NS)),
				 .tv_nsec = (long)(ns % (1000 * MS_NS)) };

	nanosleep(&wait, NULL);
}

void child_kill(const struct child *child)
{
	struct child named = *child;

	if (child->pidfd < 0)
		return;
	/* Read late on purpose: a zombie still has its start time, and a run does not pay for it. */
	named.start_time = proc_start_time(child->pid);
	kill(-child->pid, SIGKILL);
	proc_pidfd_kill(child->pidfd, SIGKILL);
	/* Each generation that dies hands its children to us. */
	for (int round = 0; round < KILL_ROUNDS && kill_orphans(&named); round++)
		sleep_ns(MS_NS);
}

static uint64_t timeval_ns(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000000ULL + (uint64_t)time.tv_usec * 1000ULL;
}

static void add_usage(struct sample *sample, const struct rusage *usage)
{
	sample->cpu_ns += timeval_ns(usage->ru_utime) + timeval_ns(usage->ru_stime);
	sample->minor_faults += (uint64_t)usage->ru_minflt;
	sample->major_faults += (uint64_t)usage->ru_majflt;
	sample->context_switches += (uint64_t)usage->ru_nvcsw + (uint64_t)usage->ru_nivcsw;
}

int child_reap(struct child *child, struct sample *sample, uint64_t settle_ns)
{
	uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + settle_ns;
	struct rusage usage;
	int status = 0;
	pid_t pid;

	if (child->pidfd < 0)
		return -1;
	do
		pid = wait4(child->pid, &status, 0, &usage);
	while (pid < 0 && errno == EINTR);
	if (pid == child->pid)
		add_usage(sample, &usage);
	for (;;) {
		pid = wait4(-1, NULL, WNOHANG, &usage);
		if (pid > 0) {
			add_usage(sample, &usage);
			continue;
		}
		if (pid < 0 || clock_ns(CLOCK_MONOTONIC) >= deadline)
			break;
		sleep_ns(MS_NS);
	}
	close(child->pidfd);
	child->pidfd = -1;
	return proc_exit_code(status);
}

static int run(const char *const *argv, struct child_streams streams, uint64_t timeout_ns,
	       uint64_t settle_ns, bool shielded, struct sample *sample, int *exit_code,
	       struct err *err)
{
	struct child child;
	int r;

	r = child_start(&child, argv, streams, err);
	if (r < 0)
		return r;
	child.shielded = shielded;
	r = child_wait(&child, -1, timeout_ns);
	sample->wall_ns = clock_ns(CLOCK_MONOTONIC) - child.started_ns;
	if (r < 0)
		child_kill(&child);
	*exit_code = child_reap(&child, sample, settle_ns);
	sample->outcome = r == -ETIMEDOUT ? OUTCOME_TIMEOUT
			  : r < 0	  ? OUTCOME_INTERRUPTED
					  : OUTCOME_OK;
	return 0;
}

int child_run(const char *const *argv, struct child_streams streams, uint64_t timeout_ns,
	      uint64_t settle_ns, struct sample *sample, int *exit_code, struct err *err)
{
	return run(argv, streams, timeout_ns, settle_ns, false, sample, exit_code, err);
}

int child_capture(const char *const *argv, char *text, size_t size, struct err *err)
{
	cleanup_close int out = memfd_create("cbench-output", MFD_CLOEXEC);
	struct sample sample = { 0 };
	int exit_code, r;
	ssize_t n;

	if (out < 0)
		return err_sys(err, "make a buffer for output");
	r = run(argv, (struct child_streams){ -1, out, out }, CAPTURE_TIMEOUT_NS, 0, true, &sample,
		&exit_code, err);
	if (r < 0)
		return r;
	n = pread(out, text, size - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	if (sample.outcome != OUTCOME_OK)
		return err_num(err, ETIMEDOUT, "run '%s'", argv[0]);
	return exit_code;
}
