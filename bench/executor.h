/*
 * executor.h - what the harness asks of a subject: the only interface between the two.
 *
 * Owns: struct executor and its operations. A new subject is one exec_<kind>.c that fills in
 * struct executor_ops, and one line in subjects.c. Every subject runs as a process of its own,
 * ours too, and is started the same way (child.h), so none gets an unfair path.
 * Does not own: order, repetition and statistics (schedule.h, runner.h, summary.h).
 */
#ifndef CBOX_BENCH_EXECUTOR_H
#define CBOX_BENCH_EXECUTOR_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/sample.h"
#include "bench/workspace.h"
#include "user/base/err.h"

struct executor_ops;

struct executor {
	const struct executor_ops *ops;
	char name[64];		/* label in results, unique within a run */
	char program[PATH_MAX]; /* binary, or kernel image of a VM; "" until probed */
	char version[128];
	const char *accel; /* "none", "kvm" or "tcg"; results with different ones never compare */
	bool named;	   /* the user asked for it by name: its absence is exit status 3 */
	unsigned sequence; /* number of the next instance: makes container ids unique */
	void *state;	   /* owned by the operations */
};

/* An instance that was started to stay: what density and memory per instance are measured on. */
struct instance {
	char id[64];
	pid_t pid;	     /* a process of the instance, 0 unknown */
	uint64_t start_ns;   /* what its start took */
	uint64_t disk_bytes; /* what the subject wrote for this instance alone */
};

struct executor_ops {
	const char *kind;

	/*
	 * Finds the program and fills program, version and accel. Fails with a message that says
	 * what is missing and a hint that says what to install; nothing is left behind then.
	 */
	int (*probe)(struct executor *ex, struct workspace *ws, struct err *err);

	/* Optional: what must be there before the first run (an imported image). */
	int (*prepare)(struct executor *ex, struct workspace *ws, struct err *err);

	/*
	 * One start, from nothing to a payload that ran, and its end. Fills wall_ns, the resource
	 * use and the outcome of *sample; *why says why the outcome is not OK. Returns 0, or -errno
	 * when the harness itself failed (then nothing was measured).
	 */
	int (*run)(struct executor *ex, struct workspace *ws, uint64_t timeout_ns,
		   struct sample *sample, struct err *why);

	/* Optional: removes what a run may have left behind. Outside the measured interval. */
	void (*cleanup)(struct executor *ex, struct workspace *ws, const struct sample *sample);

	/* Optional: starts an idle instance, and ends one. */
	int (*hold)(struct executor *ex, struct workspace *ws, struct instance *instance,
		    struct err *err);
	void (*release)(struct executor *ex, struct workspace *ws, struct instance *instance);

	/* Optional: undoes probe and prepare. */
	void (*finish)(struct executor *ex, struct workspace *ws);
};

extern const struct executor_ops exec_process, exec_floor, exec_oci, exec_vm, exec_engine;

#endif
