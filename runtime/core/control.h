/*
 * control.h - the memory a launching process and the container's process talk through.
 *
 * Owns: struct control and the two words both sides wait on. No pipe, no socket: the child shares
 * the parent's memory until it execs, and a futex costs no system call when nobody waits.
 * Does not own: the clone (launch.h) or what the steps do (child.h).
 *
 * child word: the parent waits here. The child stores the number of the sync point it reached;
 * the kernel stores 0 and wakes when the child execs or dies (CLONE_CHILD_CLEARTID). So one wait
 * covers "done", "failed" and "killed".
 *
 * parent word: the child waits here for `permit` to reach its sync point. The word holds the
 * parent's tid and is on the parent's robust list: should the parent be killed at any moment,
 * the kernel sets FUTEX_OWNER_DIED and wakes the child, which then ends. Unlike PR_SET_PDEATHSIG
 * this survives a change of ids, needs no window at the child's start and no call in the child.
 *
 * See: futex(2), set_robust_list(2), kernel Documentation/locking/robust-futex-ABI.rst, clone(2).
 */
#ifndef CBOX_CORE_CONTROL_H
#define CBOX_CORE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "user/base/err.h"

/* Sync points, in the order they are reached. */
enum sync_point {
	SYNC_NONE,
	SYNC_MAPS,  /* child: write my maps */
	SYNC_HOOKS, /* child: run prestart and createRuntime */
	SYNC_READY, /* child: everything is set up. parent: state is written, you may go */
	SYNC_POINTS,
};

#define CONTROL_CHILD_RUNS 0x1000u /* child word before any sync point */

struct control {
	uint32_t child;	 /* see above */
	uint32_t parent; /* see above */
	uint32_t permit; /* last sync point the child may pass */
	bool execing;	 /* set in front of execve, cleared when it failed */
	struct err err;	 /* the child's failure */
};

/* Child: tells the parent and waits until it may pass. Returns 0, or -ESRCH: the parent died. */
int control_wait_parent(struct control *control, enum sync_point point);

/* Parent: lets the child pass sync points up to point. */
void control_permit(struct control *control, enum sync_point point);

/* Parent: waits while the child word is seen; returns the new value, 0 when it is gone. */
uint32_t control_wait_child(struct control *control, uint32_t seen);

/* Parent: takes the parent word into its robust list. Returns 0 or -errno. */
int control_init(struct control *control, int tid);

#endif
