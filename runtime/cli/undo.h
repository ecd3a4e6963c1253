/*
 * undo.h - taking back everything a container is, in an order that can be cut off and repeated.
 *
 * Owns: killing what runs, removing cgroup, records, folders and name; saving the upper of a
 * container that died with its owner.
 * Does not own: deciding that it should be done (rm, finish, recover).
 */
#ifndef CBOX_CLI_UNDO_H
#define CBOX_CLI_UNDO_H

#include <stdbool.h>

#include "runtime/cli/places.h"

/* Kills and removes what is on the host beside the folder: process, cgroup, live record. */
int undo_process(const struct places *places, const char *id, struct err *err);

/*
 * All of undo_process(), then the folder, the name and the owner's record. With salvage, an upper
 * that has something in it is moved to CBOX_ROOT/salvaged and a line on stderr says so.
 */
int undo_container(const struct places *places, const char *id, const char *name, bool salvage,
		   struct err *err);

/* Removes the folder /cbox from every cgroup hierarchy when no container is in it any more. */
void undo_cgroup_parent(void);

#endif
