/*
 * state.h - what is on disk of a container: <root>/<id>/{intent.json,state.json,start}.
 *
 * Owns: the folder, the two records, the lock that tells a creation in progress from one that was
 * cut off, and reading all of it back.
 * Does not own: undoing what the records name (container_delete.c).
 *
 * Order: mkdir of the folder is the mutual exclusion; intent.json comes before the first side
 * effect and is locked (fcntl, so the kernel drops it with the process) until the container is
 * handed over; state.json comes once the process exists, before its program can run. The folder
 * is expected on a tmpfs: nothing is synced.
 */
#ifndef CBOX_CORE_STATE_H
#define CBOX_CORE_STATE_H

#include "runtime/core/container.h"
#include "user/base/arena.h"
#include "user/base/json.h"
#include "user/base/str.h"

struct state_folder {
	int fd;	    /* O_PATH of <root>/<id> */
	int intent; /* intent.json, locked, while creating; else -1 */
};
#define STATE_FOLDER_NONE \
	{                 \
		-1, -1    \
	}

/* All that is recorded; strings live in the arena it was loaded into. */
struct state {
	struct container container;
	bool has_process;	 /* state.json is there: pid, start_time and the like are valid */
	pid_t creator;		 /* from intent.json */
	bool is_created;	 /* `start` has not happened */
	bool is_paused;		 /* by container_pause() */
	const struct json *root; /* state.json, for members read on demand; may be NULL */
};

/* Makes <root>/<id>; -EEXIST with a message when there is one. */
int state_create(const char *root, const char *id, struct state_folder *folder, struct err *err);

/* Writes the locked intent. cgroup may be NULL. */
int state_write_intent(struct state_folder *folder, const struct container *container,
		       struct err *err);

/* Writes state.json. spec gives what later verbs need: hooks, seccomp, no_new_privs. */
int state_write(const struct state_folder *folder, const struct container *container,
		const struct spec *spec, struct err *err);

/* Ends the creation: gives up the lock. */
void state_unlock(struct state_folder *folder);

/* Opens an existing folder. -ENOENT: `container "x" does not exist`. */
int state_open(const char *root, const char *id, struct state_folder *folder, struct err *err);

/* Reads the records and finds the status. An unreadable intent is an empty one. */
int state_load(struct arena *arena, const struct state_folder *folder, const char *id,
	       struct state *state, struct err *err);

/* Removes folder and all in it. Absent is success. */
int state_remove(const char *root, const char *id, struct err *err);

void state_close(struct state_folder *folder);

/* The runtime-spec's state object (runtime.md, "State") as text, into out. */
void state_print(const struct container *container, struct strbuf *out, int indent);

/* Names within the folder. */
#define STATE_START_FIFO "start"
#define STATE_START_ERROR "start.err"
#define STATE_PAUSED "paused"

#endif
