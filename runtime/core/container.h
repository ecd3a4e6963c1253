/*
 * container.h - the life of one container: create, start, exec, signal, delete.
 *
 * Owns: the state machine of the OCI runtime-spec (runtime.md, "Lifecycle"), the order in which
 * intent is recorded, cgroups are made, the process is cloned and state is written, and undoing
 * all of it. Both cbox-oci and the engine use these calls; neither touches the parts below.
 * Does not own: reading the command line (runtime/oci, runtime/cli), images and networks.
 *
 * State of container ID lies in <state_root>/<ID>/: intent.json is written before the first side
 * effect, state.json once the process exists. delete undoes what either of them names.
 */
#ifndef CBOX_CORE_CONTAINER_H
#define CBOX_CORE_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/spec/spec.h"
#include "user/base/err.h"

enum container_status {
	CONTAINER_CREATING,
	CONTAINER_CREATED,
	CONTAINER_RUNNING,
	CONTAINER_PAUSED,
	CONTAINER_STOPPED,
};

/* "created", "running", … as the runtime-spec spells them. */
const char *container_status_name(enum container_status status);

struct container_options {
	const char *state_root; /* folder of all states, e.g. /run/cbox-oci */
	const char *id;
	const char *bundle;	    /* absolute; root.path is relative to it */
	const char *pid_file;	    /* may be NULL */
	const char *console_socket; /* may be NULL */
	int console_fd;		    /* socket for the terminal instead of console_socket, if > 0 */
	unsigned preserve_fds;	    /* fds 3..2+n stay open in the container */
	bool no_pivot, no_new_keyring, systemd_cgroup;
	/*
	 * A detached mount (fsmount, open_tree) that becomes the root, instead of root.path; -1 for
	 * none. The engine's overlay: it never shows up in the host's mount table.
	 */
	int rootfs_fd;
	int stdio[3]; /* fds for 0, 1, 2 of the container; -1: the caller's own */
	/*
	 * Called once the process exists and before its program can start, so that the caller's own
	 * record of it is there in time; a failure undoes the container. May be NULL.
	 */
	int (*before_start)(void *context, pid_t pid, struct err *err);
	void *before_start_context;
};

/* What is known of a container; strings live in the arena it was loaded into. */
struct container {
	const char *id, *bundle, *rootfs, *version, *cgroup_path;
	enum container_status status;
	pid_t pid;			/* init, in the caller's pid namespace; 0 when stopped */
	uint64_t start_time;		/* of pid, see proc.h */
	uint64_t created_ns;		/* since the epoch */
	const char *const *annotations; /* key, value, key, value, …, NULL */
	bool systemd_cgroup;
};

/*
 * Creates the container; its init waits until container_start(). On failure everything is undone
 * and *err says what failed. *pid gets the init's pid. Returns 0 or -errno.
 */
int container_create(const struct spec *spec, const struct container_options *options, pid_t *pid,
		     struct err *err);

/* Lets a created container's init exec its program. -EINVAL in any other status. */
int container_start(const char *state_root, const char *id, struct err *err);

/*
 * create and start in one, without the fifo between them. When it returns 0 the program has been
 * exec'd; the caller is the parent of *pid and waits for it, then calls container_delete().
 */
int container_run(const struct spec *spec, const struct container_options *options, pid_t *pid,
		  struct err *err);

struct container_exec_options {
	const char *pid_file, *console_socket;
	int console_fd; /* as in container_options */
	unsigned preserve_fds;
	int stdio[3];
};

/*
 * Runs one more process in a running container; the caller is the parent of *pid. Afterwards the
 * calling process's further children would be born in the container's pid namespace.
 */
int container_exec(const char *state_root, const char *id, const struct spec_process *process,
		   const struct container_exec_options *options, pid_t *pid, struct err *err);

/* Reads state and finds out the present status. -ENOENT when there is no such container. */
int container_load(struct arena *arena, const char *state_root, const char *id,
		   struct container *container, struct err *err);

/* Signals init, or every process of the container's cgroup. */
int container_kill(const char *state_root, const char *id, int signal, bool all, struct err *err);

/*
 * Removes a stopped container, or with force any container, also one whose creation was cut off
 * by SIGKILL at any point. With force an unknown id is success, as callers expect.
 */
int container_delete(const char *state_root, const char *id, bool force, struct err *err);

/* Ids below state_root as a NULL-terminated vector in arena, sorted. */
int container_list(struct arena *arena, const char *state_root, const char ***ids, struct err *err);

/* Freezes or thaws all processes of a running container. */
int container_pause(const char *state_root, const char *id, bool paused, struct err *err);

/*
 * Changes the limits of a created, running or paused container; what resources leaves out stays.
 * Device rules in it are not applied: an update never changes device access. When a limit cannot
 * be set, those before it may be: *err names it and the limits in force. Returns 0 or -errno.
 */
int container_update(const char *state_root, const char *id, const struct spec_resources *resources,
		     struct err *err);

#endif
