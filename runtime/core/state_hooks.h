/*
 * state_hooks.h - hooks that run long after creation, from what the state recorded.
 *
 * Owns: reading poststart and poststop back and running them with the present state on stdin.
 * Does not own: running one hook (hooks.h).
 */
#ifndef CBOX_CORE_STATE_HOOKS_H
#define CBOX_CORE_STATE_HOOKS_H

#include "runtime/core/state.h"

/* Runs the recorded hooks of kind. Returns 0 or -errno of the first that failed. */
int state_run_hooks(struct arena *arena, const struct state *state, enum spec_hook_kind kind,
		    struct err *err);

#endif
