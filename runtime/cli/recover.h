/*
 * recover.h - undoing what a killed `cbox` left behind.
 *
 * Owns: finding containers whose owner is dead, folders and names nobody owns, and taking them
 * back. Safe to run at any time and to be killed itself; the next run goes on.
 * Does not own: the undoing of one container (undo.h).
 */
#ifndef CBOX_CLI_RECOVER_H
#define CBOX_CLI_RECOVER_H

#include "runtime/cli/places.h"

struct recover_result {
	unsigned undone, alive, failed;
};

/* Failures of single containers are logged and counted. Returns 0 or -errno. */
int recover(const struct places *places, struct recover_result *result, struct err *err);

#endif
