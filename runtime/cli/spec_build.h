/*
 * spec_build.h - a container's config as an OCI spec in memory.
 *
 * Owns: what a container gets unasked (capabilities, mounts, devices, masked paths, limits) and
 * how options change it. Pure but for the container's passwd and group files.
 * Does not own: executing it (runtime/core).
 *
 * The defaults are those Docker users expect; docs/cbox.md lists them.
 */
#ifndef CBOX_CLI_SPEC_BUILD_H
#define CBOX_CLI_SPEC_BUILD_H

#include "runtime/cli/config.h"
#include "runtime/spec/spec.h"

/*
 * Fills *spec from config; all memory in arena. root_fd is the container's root, for users given
 * by name; -1 when there is none yet: names are an error then. Returns 0 or -errno.
 */
int spec_build(struct arena *arena, const struct config *config, int root_fd, struct spec *spec,
	       struct err *err);

/* The process of `exec`: the container's defaults with other arguments. */
struct exec_request {
	const char *const *args, *const *env; /* env: whole, NULL-terminated */
	const char *cwd, *user;		      /* NULL: the container's */
	bool tty, privileged;
};
int spec_build_exec(struct arena *arena, const struct config *config,
		    const struct exec_request *request, int root_fd, struct spec_process *process,
		    struct err *err);

/* Mask of capabilities after --cap-add and --cap-drop. Names with or without CAP_, or ALL. */
int spec_build_caps(const char *const *add, const char *const *drop, bool privileged,
		    uint64_t *caps, struct err *err);

/* One --volume: SRC:DST[:ro|rw]; parts in arena. Returns 0 or -EINVAL. */
int spec_parse_volume(struct arena *arena, const char *text, const char **source,
		      const char **destination, bool *read_only, struct err *err);

#endif
