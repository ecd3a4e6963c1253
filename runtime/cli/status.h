/*
 * status.h - what is known of a container now: its config, who owns it, how it ended.
 *
 * Owns: putting the records together, finding a container by name, id or id prefix, and
 * state.json (how a container ended) and $CBOX_RUN/containers/<id>.json (that it lives).
 * Does not own: changing anything about a container (lifecycle.h, undo.h).
 */
#ifndef CBOX_CLI_STATUS_H
#define CBOX_CLI_STATUS_H

#include "runtime/cli/config.h"
#include "runtime/cli/owner.h"
#include "runtime/cli/places.h"

enum status {
	STATUS_CREATED, /* made, not running, never run */
	STATUS_RUNNING,
	STATUS_EXITED,
	STATUS_DEAD, /* its owner was killed: `system recover` undoes it */
};

/* "created", "running", "exited", "dead", as Docker's State.Status. */
const char *status_name(enum status status);

struct container_info {
	struct config config;
	enum status status;
	struct owner owner; /* valid unless exited */
	/* of a live one */
	pid_t pid;
	uint64_t start_time, started_ns;
	uint64_t mntns, netns; /* inode numbers */
	const char *cgroup;
	/* of an exited one */
	uint64_t finished_ns;
	int exit_code;
	bool oom_killed;
	const char *error; /* "" */
};

/* Loads one container by its full id. -ENOENT when there is none. */
int status_load(struct arena *arena, const struct places *places, const char *id,
		struct container_info *info, struct err *err);

/* Finds by name, id or unique prefix; the error is Docker's "No such container". */
int status_find(struct arena *arena, const struct places *places, const char *text,
		struct container_info *info, struct err *err);

/* All containers, newest first, as a vector in arena. Unreadable ones are left out. */
int status_list(struct arena *arena, const struct places *places, struct container_info **list,
		size_t *count, struct err *err);

/* Writes the record of a live container (the contract with ctrace). Returns 0 or -errno. */
int status_write_live(const struct places *places, const struct config *config, pid_t pid,
		      const char *cgroup, struct err *err);
int status_remove_live(const struct places *places, const char *id, struct err *err);

struct ending {
	int exit_code;
	bool oom_killed;
	uint64_t started_ns, finished_ns;
	const char *error; /* may be NULL */
};

/* Writes state.json. Returns 0 or -errno. */
int status_write_ending(const struct places *places, const char *id, const struct ending *ending,
			struct err *err);

#endif
