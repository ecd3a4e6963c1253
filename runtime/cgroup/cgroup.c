/*
 * cgroup.c - opening and closing a container's cgroup. See cgroup.h.
 */
#include "runtime/cgroup/cgroup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/path.h"
#include "user/base/str.h"

static const struct cgroup_ops ops = {
	.name = "cgroupfs",
	.create = cg_create,
	.join = cg_join,
	.apply = cg_apply,
	.add = cg_add,
	.freeze = cg_freeze,
	.signal = cg_signal,
	.pids = cg_pids,
	.stats = cg_stats,
	.remove = cg_remove,
};

/* remove() kills what is inside, so the root must never be a container's cgroup. */
static int set_path(struct cgroup *cg, const char *path, struct err *err)
{
	char clean[sizeof(cg->path)];

	if (*path != '/' || path_clean(path, clean, sizeof(clean)) < 0 || !str_eq(path, clean))
		return err_set(err, EINVAL,
			       "cgroup path '%s': expected a clean absolute path "
			       "of less than %zu bytes",
			       path, sizeof(cg->path));
	if (str_eq(path, "/"))
		return err_set(err, EINVAL, "cgroup path '/': the root cgroup is the host's");
	memcpy(cg->path, path, strlen(path) + 1);
	return 0;
}

int cgroup_open(struct cgroup *cg, const char *path, bool systemd, struct err *err)
{
	int r;

	*cg = (struct cgroup){ .ops = &ops, .v2_fd = -1, .root_fd = -1 };
	if (systemd) {
		err_set(err, ENOTSUP, "cgroup '%s': systemd's cgroup manager is not supported",
			path);
		return err_status(err, EXIT_UNSUPPORTED);
	}
	r = set_path(cg, path, err);
	if (r == 0)
		r = cg_detect(cg, err);
	if (r < 0)
		cgroup_close(cg);
	return r;
}

void cgroup_close(struct cgroup *cg)
{
	if (!cg->ops)
		return;
	for (unsigned i = 0; i < cg->join_fd_count; i++)
		close(cg->join_fds[i]);
	if (cg->v2_fd >= 0)
		close(cg->v2_fd);
	if (cg->root_fd >= 0)
		close(cg->root_fd);
	*cg = (struct cgroup){ 0 };
}
