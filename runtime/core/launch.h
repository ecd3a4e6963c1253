/*
 * launch.h - makes the container's process: one clone3, memory shared until exec.
 *
 * Owns: the clone and its flags, the child's stack, the intermediate process where namespaces to
 * join decide who owns the new ones, and the waits for the child.
 * Does not own: the fds in the context (container_create.c, container_exec.c), the steps (child.h).
 *
 * CLONE_VM without CLONE_VFORK: no page table is copied, and the parent writes state while the
 * child mounts. The price: until the child execs it must not touch libc state (child.h), and the
 * stack, the context and the plan must stay; they are static, so one process launches one
 * container at a time, and a created one keeps the memory until the process ends.
 *
 * See: clone(2) on clone3, CLONE_INTO_CGROUP, CLONE_PIDFD; user_namespaces(7).
 */
#ifndef CBOX_CORE_LAUNCH_H
#define CBOX_CORE_LAUNCH_H

#include "runtime/core/child.h"

struct launch {
	struct child_context context; /* to be filled before launch_start() */
	int cgroup_v2;		      /* folder for CLONE_INTO_CGROUP, -1: none */
	pid_t pid;
	int pidfd;
};

/* True while a container created by this process waits for its start. */
bool launch_is_busy(void);

/* The static memory, cleared; not while launch_is_busy(). NULL with *err on failure. */
struct launch *launch_open(struct err *err);

/*
 * Makes the filter of a profile, by the cache in /run/cbox-seccomp when root. A profile that wants
 * a supervisor (SCMP_ACT_NOTIFY) is refused with EXIT_UNSUPPORTED. Returns 0 or -errno.
 */
int launch_prepare_seccomp(struct arena *arena, const struct json *profile,
			   struct seccomp_filter *filter, struct err *err);

/* Clones; the child runs the plan. Returns 0 or -errno. */
int launch_start(struct launch *launch, struct err *err);

/*
 * Waits until the child has reached point or is gone. Returns 0 when it has; -errno with the
 * child's own message when it failed. SYNC_POINTS waits for the exec.
 */
int launch_wait(struct launch *launch, enum sync_point point, struct err *err);

/* Lets the child pass point. */
void launch_permit(struct launch *launch, enum sync_point point);

/* Kills and reaps the child, if there is one. */
void launch_abort(struct launch *launch);

/* Gives the memory back, unless the child still needs it (created, waiting for start). */
void launch_close(struct launch *launch, bool child_needs_memory);

#endif
