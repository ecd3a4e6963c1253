/*
 * oci.h - what the verbs of cbox-oci share: global options and reading a bundle.
 *
 * Owns: struct oci_globals, the table of commands (one file a verb), loading config.json.
 * Does not own: the life of a container (runtime/core/container.h).
 *
 * The command line is the one containerd, conmon and Docker use for runc.
 */
#ifndef CBOX_OCI_OCI_H
#define CBOX_OCI_OCI_H

#include "runtime/core/container.h"
#include "user/base/opt.h"

struct oci_globals {
	const char *root, *log, *log_format, *rootless, *criu;
	bool debug, systemd_cgroup;
};
extern struct oci_globals oci_globals;

extern const struct command oci_create, oci_start, oci_run, oci_state, oci_kill, oci_delete,
	oci_list, oci_exec, oci_pause, oci_resume, oci_ps, oci_update, oci_features, oci_spec,
	oci_events;

/* The newest runtime-spec that is implemented. */
#define OCI_VERSION_MAX "1.2.0"

/* Options of create and run. */
struct oci_create_options {
	const char *bundle, *pid_file, *console_socket;
	bool no_pivot, no_new_keyring, detach, keep, no_subreaper;
	uint32_t preserve_fds;
};

/* A bundle, read and validated. spec points into arena and text. */
struct oci_bundle {
	struct arena *arena;
	char *path; /* absolute */
	struct spec spec;
};

/* Reads a whole file ("-" is stdin) into memory that lives as long as the process. */
int oci_read_text(const char *path, const char **text, size_t *len, struct err *err);

/*
 * Reads the bundle the command line names and fills *options for container id: what create and
 * run do before anything is made. Relative paths in *given become absolute. 0 or -errno.
 */
int oci_prepare(struct oci_create_options *given, const char *id, struct oci_bundle *bundle,
		struct container_options *options, struct err *err);

/* An arena that starts in static memory and lives as long as the process. */
struct arena *oci_arena(void);

#endif
