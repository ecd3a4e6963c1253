/*
 * child.h - the process between clone3 and exec: executes a plan.
 *
 * Owns: running steps one after the other, the sync points, the final exec.
 * Does not own: the order (plan.h), the fds and the memory (launch.h).
 *
 * Everything here shares memory with the parent, which goes on running: raw system calls only,
 * no heap, no stdio, no errno, and nothing written but *context and the own stack.
 */
#ifndef CBOX_CORE_CHILD_H
#define CBOX_CORE_CHILD_H

#include "runtime/core/control.h"
#include "runtime/core/plan.h"

struct seccomp_filter; /* runtime/linux/seccomp.h */

/* A hierarchy as it shows up in the container's /sys/fs/cgroup. */
struct cgroup_view {
	const char *name;   /* "cpu,cpuacct"; NULL: this is cgroup2 */
	const char *source; /* the container's folder on the host */
};

struct child_context {
	struct control *control;
	const struct plan *plan;
	int root;	    /* detached mount, later the root */
	int console_socket; /* -1: none */
	int start_fifo;	    /* after create: a byte arrives by `start`; -1: none */
	int start_error;    /* file for a failure after start; -1: none */
	int join_ns;	    /* pidfd of init for exec; -1 */
	unsigned long join_ns_flags;
	const int *cgroup_fds;
	unsigned cgroup_fd_count;
	const struct cgroup_view *cgroup_views;
	unsigned cgroup_view_count;
	int stdio[3];
	unsigned preserve_fds;
	const char *state_json; /* for hooks that run in the container */
	const struct seccomp_filter *seccomp;
	bool namespaces_joined; /* by the intermediate process */
	bool bind_devices;	/* mknod is refused in a user namespace */
	char program[4096];	/* what STEP_FIND_PROGRAM found */
	char home[256];
};

/* Runs the plan and never returns. arg is a struct child_context. */
int child_main(void *arg) __attribute__((noreturn));

/* Joins the namespaces of STEP_JOIN_NS, for child and intermediate. Returns 0 or -errno. */
int child_join_namespaces(const struct plan *plan, struct err *err);

/* Mount steps (child_mount.c) and process steps (child_process.c). Return 0 or -errno. */
int child_mount(struct child_context *context, const struct step_mount *mount, struct err *err);
int child_mount_cgroup(struct child_context *context, const struct step_mount *mount,
		       struct err *err);
int child_stdio(const struct child_context *context, uid_t uid, struct err *err);
int child_caps(const struct spec_caps *caps, bool keep_admin, struct err *err);
int child_cwd(int root, const char *cwd, struct err *err);
void child_home(struct child_context *context);
int child_find_program(struct child_context *context, struct err *err);
int child_hand_over(struct child_context *context, struct err *err);
int child_exec(struct child_context *context, struct err *err);

#endif
