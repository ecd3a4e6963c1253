/*
 * fake.c - the same operations over a plain folder, for unit tests. See cgroup_open_fake().
 *
 * A plain folder differs in three ways: files appear when they are written, removing a folder
 * means removing its files, and there is no controller but what the folder's names claim.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/str.h"

static int fake_remove(struct cgroup *cg, struct err *err)
{
	char path[CG_PATH_SIZE];
	int r = 0;

	for (unsigned i = 0; i < cg->hierarchy_count && r == 0; i++) {
		r = cg_file_path(&cg->hierarchies[i], cg->path, NULL, path);
		if (r == 0)
			r = file_remove_all(cg->root_fd, path, err);
	}
	return r;
}

static const struct cgroup_ops ops = {
	.name = "fake",
	.create = cg_create,
	.join = cg_join,
	.apply = cg_apply,
	.add = cg_add,
	.freeze = cg_freeze,
	.signal = cg_signal,
	.pids = cg_pids,
	.stats = cg_stats,
	.remove = fake_remove,
};

static int add_v2(struct cgroup *cg, const char *mount)
{
	char list[256];
	struct cgroup_hierarchy *h;
	int r = cg_add_hierarchy(cg, mount, 0, true);

	if (r < 0)
		return r;
	h = &cg->hierarchies[cg->hierarchy_count - 1];
	if (cg_read_at(cg, h, "", "cgroup.controllers", list, sizeof(list)) >= 0)
		h->controllers = cg_controller_bits(list, true);
	h->controllers_known = true;
	return 0;
}

static int add_v1(struct cgroup *cg)
{
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;
	int r = 0, fd = openat(cg->root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -errno;
	while (r == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (str_eq(entry->d_name, "unified"))
			r = add_v2(cg, entry->d_name);
		else
			r = cg_add_hierarchy(cg, entry->d_name,
					     cg_controller_bits(entry->d_name, false), false);
	}
	return r;
}

int cgroup_open_fake(struct cgroup *cg, const char *root, const char *path, struct err *err)
{
	bool v2;
	int r;

	*cg = (struct cgroup){ .ops = &ops, .v2_fd = -1, .root_fd = -1, .fake = true };
	if (strlen(path) >= sizeof(cg->path))
		return err_num(err, ENAMETOOLONG, "open cgroup '%s'", path);
	memcpy(cg->path, path, strlen(path) + 1);
	cg->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (cg->root_fd < 0)
		return err_sys(err, "open '%s'", root);
	v2 = faccessat(cg->root_fd, "cgroup.controllers", F_OK, 0) == 0;
	r = v2 ? add_v2(cg, ".") : add_v1(cg);
	if (r < 0) {
		cgroup_close(cg);
		return err_num(err, r, "read '%s'", root);
	}
	cg->mode = v2 ? CGROUP_MODE_V2 : cg_find_v2(cg) ? CGROUP_MODE_HYBRID : CGROUP_MODE_V1;
	return 0;
}
