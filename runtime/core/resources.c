/*
 * resources.c - see resources.h.
 */
#include "runtime/core/resources.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/linux/sys.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/path.h"

void resources_init(struct resources *resources)
{
	*resources = (struct resources){ .root = -1, .console = -1, .pid_ns = -1 };
}

const char *resources_cgroup_path(struct arena *arena, const struct spec *spec,
				  const struct container_options *options, struct err *err)
{
	const char *path = spec->linux_.cgroups_path;
	char clean[512];
	const char *copy;

	if (options->systemd_cgroup) {
		err_set(err, ENOTSUP, "cgroups made by systemd are not supported");
		err_hint(err, "use the cgroupfs manager of the caller");
		err_status(err, EXIT_UNSUPPORTED);
		return NULL;
	}
	if (path && path[0])
		copy = arena_printf(arena, "/%s", path + (path[0] == '/'));
	else
		copy = arena_printf(arena, "/cbox-oci/%s", options->id);
	if (!copy || path_clean(copy, clean, sizeof(clean)) < 0) {
		err_num(err, copy ? ENAMETOOLONG : ENOMEM, "linux.cgroupsPath");
		return NULL;
	}
	if (str_eq(clean, "/")) {
		err_set(err, EINVAL,
			"linux.cgroupsPath: expected a path below the root, got \"%s\"", path);
		return NULL;
	}
	copy = arena_strdup(arena, clean);
	if (!copy)
		err_num(err, ENOMEM, "linux.cgroupsPath");
	return copy;
}

/* How each hierarchy will show up in the container: by the name of its folder on the host. */
static int name_views(struct arena *arena, struct resources *resources, struct err *err)
{
	const struct cgroup *cg = &resources->cgroup;

	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		const struct cgroup_hierarchy *h = &cg->hierarchies[i];
		struct cgroup_view *view = &resources->views[resources->view_count];
		const char *root = h->mount[0] == '/' ? "" : "/sys/fs/cgroup/";

		view->name = h->v2 && cg->hierarchy_count == 1 ? NULL : path_base(h->mount);
		view->source = arena_printf(arena, "%s%s%s", root, h->mount, cg->path);
		if (!view->source)
			return err_num(err, ENOMEM, "list cgroups");
		resources->view_count++;
	}
	return 0;
}

int resources_make_cgroup(struct arena *arena, struct resources *resources, const char *path,
			  const struct spec_resources *limits, struct err *err)
{
	struct cgroup *cg = &resources->cgroup;
	int r = cgroup_open(cg, path, false, err);

	if (r < 0)
		return r;
	resources->has_cgroup = true;
	r = cg->ops->create(cg, err);
	if (r == 0)
		r = cg->ops->apply(cg, limits, err);
	return r < 0 ? r : name_views(arena, resources, err);
}

static int open_root(struct resources *resources, const struct container_options *options,
		     const char *rootfs, struct err *err)
{
	resources->root = options->rootfs_fd >= 0
				  ? fcntl(options->rootfs_fd, F_DUPFD_CLOEXEC, 3)
				  : sys_open_tree(AT_FDCWD, rootfs,
						  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
							  AT_RECURSIVE);
	if (resources->root < 0 && options->rootfs_fd >= 0)
		return err_sys(err, "root");
	if (resources->root == -ENOENT)
		return err_set(err, ENOENT, "root.path: '%s' does not exist", rootfs);
	return resources->root < 0 ? err_num(err, resources->root, "root.path: '%s'", rootfs) : 0;
}

static int open_namespace(const char *path, enum spec_ns ns, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_sys(err, "open the %s namespace '%s'", spec_ns_name(ns), path) : fd;
}

/* A user namespace may not reach every path of the host: its binds are opened from outside. */
static int open_source(struct step_mount *mount, struct err *err)
{
	int fd = mount_open_clone(AT_FDCWD, mount->request.source, mount->request.bind_recursive,
				  err);

	if (fd < 0)
		return err_wrap(err, "mount '%s' to '%s'", mount->request.source,
				mount->destination);
	mount->fd = fd;
	return 0;
}

int resources_open(struct resources *resources, const struct plan *plan, const struct spec *spec,
		   const struct container_options *options, const char *rootfs, struct err *err)
{
	int r = open_root(resources, options, rootfs, err);

	for (size_t i = 0; i < plan->count && r == 0; i++) {
		struct step *step = &plan->steps[i];

		if (step->kind == STEP_JOIN_NS) {
			step->ns.fd = open_namespace(step->ns.path, step->ns.ns, err);
			r = step->ns.fd < 0 ? step->ns.fd : 0;
		} else if (step->kind == STEP_MOUNT && step->mount->request.bind &&
			   plan->pass_sources) {
			r = open_source(step->mount, err);
		}
	}
	if (r == 0 && plan->join_pid_ns) {
		resources->pid_ns = open_namespace(spec->linux_.namespaces[SPEC_NS_PID].path,
						   SPEC_NS_PID, err);
		r = resources->pid_ns < 0 ? resources->pid_ns : 0;
	}
	if (r == 0 && spec->process.terminal && options->console_fd > 0) {
		resources->console = fcntl(options->console_fd, F_DUPFD_CLOEXEC, 3);
		r = resources->console < 0 ? err_sys(err, "console") : 0;
	} else if (r == 0 && spec->process.terminal) {
		if (!options->console_socket)
			return err_set(err, EINVAL,
				       "process.terminal is true: a terminal needs "
				       "--console-socket");
		resources->console = resources_connect_console(options->console_socket, err);
		r = resources->console < 0 ? resources->console : 0;
	} else if (r == 0 && options->console_socket) {
		r = err_set(err, EINVAL, "--console-socket: process.terminal is false");
	}
	return r;
}

int resources_connect_console(const char *path, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), at = -1;

	if (fd < 0)
		return err_sys(err, "console socket");
	if (strlen(path) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path, strlen(path) + 1);
	} else {
		/* an address holds 107 bytes; a path through an fd is always short enough */
		at = open(path, O_PATH | O_CLOEXEC);
		fmt_string(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", at);
	}
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return err_sys(err, "connect to the console socket '%s'", path);
	return take_fd(&fd);
}

void resources_close(struct resources *resources, const struct plan *plan)
{
	int fds[] = { resources->root, resources->console, resources->pid_ns };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		int fd = step->kind == STEP_JOIN_NS ? step->ns.fd
			 : step->kind == STEP_MOUNT ? step->mount->fd
						    : -1;

		if (fd >= 0)
			close(fd);
	}
	if (resources->has_cgroup)
		cgroup_close(&resources->cgroup);
	resources_init(resources);
}
