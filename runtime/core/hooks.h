/*
 * hooks.h - running the hooks of a config (runtime.md, "Lifecycle"; config.md, "POSIX-platform
 * Hooks").
 *
 * Owns: starting each hook with the container's state on its stdin, waiting, the timeout.
 * Does not own: when which kind runs, and whose failure counts (container_create.c and others).
 *
 * Raw system calls only, so that the child can run its own kinds too.
 */
#ifndef CBOX_CORE_HOOKS_H
#define CBOX_CORE_HOOKS_H

#include "runtime/spec/spec.h"
#include "user/base/err.h"

/* Runs all in order; stops at the first that fails. state_json is the text for stdin. */
int hooks_run(const struct spec_hook_list *hooks, const char *state_json, struct err *err);

#endif
