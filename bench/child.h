/*
 * child.h - running a program as a measured child: wall clock, CPU, deadline, and no survivors.
 *
 * Owns: the measured interval, which is the same for every subject: from just before posix_spawn
 * (CLONE_VM|CLONE_VFORK, so no page table of ours is copied) until the pidfd of the child becomes
 * readable. CPU time, page faults and context switches are those of the whole tree that the child
 * waited for, plus those of orphans, which come to us because we are a child subreaper.
 * Does not own: what the program means by its output (executors).
 *
 * See: posix_spawn(3), pidfd_open(2), wait4(2), PR_SET_CHILD_SUBREAPER in prctl(2).
 */
#ifndef CBOX_BENCH_CHILD_H
#define CBOX_BENCH_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/sample.h"
#include "user/base/err.h"

struct child {
	pid_t pid;
	int pidfd;	     /* -1 when not running */
	uint64_t started_ns; /* CLOCK_MONOTONIC */
	bool shielded;	     /* waits for it ignore child_interrupted(): it cleans up */
	uint64_t start_time; /* clock ticks since boot, proc(5); tells older processes apart */
};

/* Where the child's standard streams go; -1 means /dev/null. */
struct child_streams {
	int in, out, err;
};

/*
 * Makes this process the reaper of orphaned descendants and lets SIGINT and SIGTERM only set a
 * flag, which ends waits early. Call once. Returns 0 or -errno.
 */
int child_init(struct err *err);

/* True once SIGINT or SIGTERM arrived. */
bool child_interrupted(void);

/* Starts argv[0] (a path) in a process group of its own. Returns 0 or -errno. */
int child_start(struct child *child, const char *const *argv, struct child_streams streams,
		struct err *err);

/*
 * Waits for the child to end, or for input on ready_fd when that is >= 0, until timeout_ns after
 * its start. After an interrupt two seconds are left. Returns 0 (ended), 1 (input), -ETIMEDOUT or
 * -EINTR (interrupted).
 */
int child_wait(const struct child *child, int ready_fd, uint64_t timeout_ns);

/* Kills the child, its process group and every orphan of it that was left to us. */
void child_kill(const struct child *child);

/*
 * Reaps the child and its orphans, adds their resource use to *sample and closes the pidfd.
 * settle_ns: how long to wait for orphans that still run. Returns the exit code as a shell shows it.
 */
int child_reap(struct child *child, struct sample *sample, uint64_t settle_ns);

/*
 * All of it: start, wait, kill after timeout_ns, reap. Fills wall_ns, the resource use and the
 * outcome (OK whenever the program ended by itself); *exit_code as a shell shows it.
 * settle_ns: see child_reap(); 0 when the program leaves something running on purpose.
 * Returns 0, or -errno when the program could not be started.
 */
int child_run(const char *const *argv, struct child_streams streams, uint64_t timeout_ns,
	      uint64_t settle_ns, struct sample *sample, int *exit_code, struct err *err);

/* A runtime's helper that outlives it (conmon, a cleanup process) ends within this. */
#define CHILD_SETTLE_NS 100000000ULL

/*
 * Runs a program whose output matters and whose cost does not: the first size - 1 bytes of stdout
 * and stderr go to text. It is waited for after an interrupt too, since it may be what cleans up.
 * Returns the exit code, or -errno (-ETIMEDOUT after 10 s).
 */
int child_capture(const char *const *argv, char *text, size_t size, struct err *err);

#endif
