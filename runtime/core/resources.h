/*
 * resources.h - what a launch opens beforehand: root, sources, namespaces, cgroup, console.
 *
 * Owns: these fds, from opening to closing, and the names of the cgroup views.
 * Does not own: state on disk, the process.
 */
#ifndef CBOX_CORE_RESOURCES_H
#define CBOX_CORE_RESOURCES_H

#include "runtime/cgroup/cgroup.h"
#include "runtime/core/child.h"
#include "runtime/core/container.h"

struct resources {
	struct cgroup cgroup;
	bool has_cgroup; /* opened; cgroup_close() is due */
	struct cgroup_view views[CGROUP_MAX_HIERARCHIES];
	unsigned view_count;
	int root, console, pid_ns;
};

/* A struct resources that holds nothing yet. */
void resources_init(struct resources *resources);

/*
 * Path of the container's cgroup: the spec's, made absolute, or "/cbox-oci/<id>". In arena; NULL
 * with *err. systemd's spelling is refused with EXIT_UNSUPPORTED.
 */
const char *resources_cgroup_path(struct arena *arena, const struct spec *spec,
				  const struct container_options *options, struct err *err);

/* Makes the cgroup, its limits and the fds to join it. Returns 0 or -errno. */
int resources_make_cgroup(struct arena *arena, struct resources *resources, const char *path,
			  const struct spec_resources *limits, struct err *err);

/* Opens root, binds' sources and namespaces the plan names. Returns 0 or -errno. */
int resources_open(struct resources *resources, const struct plan *plan, const struct spec *spec,
		   const struct container_options *options, const char *rootfs, struct err *err);

/* Connects to a console socket. Returns the fd or -errno. */
int resources_connect_console(const char *path, struct err *err);

/* Closes everything, the plan's fds too. */
void resources_close(struct resources *resources, const struct plan *plan);

#endif
