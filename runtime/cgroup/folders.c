/*
 * folders.c - making and joining the container's folder in every hierarchy.
 *
 * Three things need more than mkdir: a v1 cpuset starts with no CPUs and no memory nodes and
 * refuses processes until it has both; a v2 folder has only the controllers that every folder
 * above it hands down (cgroup.subtree_control); and a folder that exists and is not empty belongs
 * to somebody else.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

/* The controllers a container is given on v2: those with limits or statistics we know. */
#define V2_WANTED                                                                         \
	(1U << CG_CPU | 1U << CG_CPUSET | 1U << CG_IO | 1U << CG_MEMORY | 1U << CG_PIDS | \
	 1U << CG_HUGETLB | 1U << CG_RDMA)
/* Those any host has. With all of them in place nothing needs to be enabled. */
#define V2_USUAL (1U << CG_CPU | 1U << CG_CPUSET | 1U << CG_IO | 1U << CG_MEMORY | 1U << CG_PIDS)

static int fail(struct err *err, int number, const char *what, const struct cgroup *cg,
		const struct cgroup_hierarchy *h)
{
	int r = err_num(err, number, "%s cgroup '%s' in %s", what, cg->path,
			str_eq(h->mount, ".") ? "/sys/fs/cgroup" : h->mount);

	if (number == -EPERM || number == -EACCES || number == -EROFS)
		err_status(err, EXIT_UNSUPPORTED);
	return r;
}

/* Path of the folder above path, in buf. False at the top: that is the hierarchy's root. */
static bool parent_path(const char *path, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	fmt_string(buf, size, "%.*s", (int)(slash - path), path);
	return true;
}

/*
 * Gives the cpuset folder at path its parent's CPUs and nodes if it has none. A folder above the
 * container also gets cgroup.clone_children, so that the kernel does this copy for the next one.
 */
static int inherit_cpuset(const struct cgroup *cg, const struct cgroup_hierarchy *h,
			  const char *path, bool leaf)
{
	static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
	char above[sizeof(cg->path)] = "", value[1024];
	ssize_t n = cg_read_at(cg, h, path, files[0], value, sizeof(value));
	int r = 0;

	if (n != 0)
		return n < 0 ? (int)n : 0;
	if (parent_path(path, above, sizeof(above)))
		r = inherit_cpuset(cg, h, above, false);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(files); i++) {
		n = cg_read_at(cg, h, above, files[i], value, sizeof(value));
		r = n < 0 ? (int)n : cg_write_at(cg, h, path, files[i], value);
	}
	if (r == 0 && !leaf)
		r = cg_write_at(cg, h, path, "cgroup.clone_children", "1");
	return r;
}

/* mkdir -p below the hierarchy's root. 1 when the last folder was there already. */
static int make_folder(const struct cgroup *cg, const struct cgroup_hierarchy *h)
{
	char path[CG_PATH_SIZE];
	char *component;
	int r = cg_file_path(h, cg->path, NULL, path);

	if (r < 0)
		return r;
	if (mkdirat(cg->root_fd, path, 0755) == 0)
		return 0;
	if (errno == EEXIST)
		return 1;
	if (errno != ENOENT)
		return -errno;
	component = path + strlen(h->mount) + 1;
	while ((component = strchr(component, '/'))) {
		*component = '\0';
		if (mkdirat(cg->root_fd, path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*component++ = '/';
	}
	if (mkdirat(cg->root_fd, path, 0755) < 0 && errno != EEXIST)
		return -errno;
	return 0;
}

/* Hands down at path what its folder has of wanted. In one write, or one by one if refused. */
static void enable_children(const struct cgroup *cg, const struct cgroup_hierarchy *h,
			    const char *path, uint32_t wanted)
{
	char list[256], all[256];
	size_t len = 0;

	if (cg_read_at(cg, h, path, "cgroup.controllers", list, sizeof(list)) < 0)
		return;
	wanted &= cg_controller_bits(list, true);
	for (int i = 0; i < CG_CONTROLLERS; i++)
		if (wanted & 1U << i)
			len += fmt_string(all + len, sizeof(all) - len, "+%s ",
					  cg_controller_name(i, true));
	if (!len || cg_write_at(cg, h, path, "cgroup.subtree_control", all) == 0)
		return;
	for (int i = 0; i < CG_CONTROLLERS; i++) {
		fmt_string(all, sizeof(all), "+%s", cg_controller_name(i, true));
		if (wanted & 1U << i)
			(void)cg_write_at(cg, h, path, "cgroup.subtree_control", all);
	}
}

static uint32_t read_controllers(const struct cgroup *cg, const struct cgroup_hierarchy *h,
				 const char *path)
{
	char list[256];

	if (cg_read_at(cg, h, path, "cgroup.controllers", list, sizeof(list)) < 0)
		return 0;
	return cg_controller_bits(list, true);
}

/*
 * A controller that cannot be enabled (a folder above holds processes, a parent lacks it) is not
 * an error here: the limit that needs it will say so, and most containers need none of them.
 */
void cg_enable_v2(struct cgroup *cg, struct cgroup_hierarchy *h)
{
	char path[sizeof(cg->path)];

	h->controllers_known = true;
	h->controllers = read_controllers(cg, h, cg->path);
	if ((h->controllers & V2_USUAL) == V2_USUAL)
		return;
	if ((read_controllers(cg, h, "") & V2_WANTED & ~h->controllers) == 0)
		return;
	enable_children(cg, h, "", V2_WANTED);
	for (const char *slash = strchr(cg->path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		fmt_string(path, sizeof(path), "%.*s", (int)(slash - cg->path), cg->path);
		enable_children(cg, h, path, V2_WANTED);
	}
	h->controllers = read_controllers(cg, h, cg->path);
}

/* Opens what a process joins h through: a file to write to, or the folder for clone3. */
static int open_join(struct cgroup *cg, const struct cgroup_hierarchy *h)
{
	int flags = O_WRONLY | O_CLOEXEC | (cg->fake ? O_CREAT : 0);
	char path[CG_PATH_SIZE];
	int fd, r = cg_file_path(h, cg->path, h->v2 ? NULL : "cgroup.procs", path);

	if (r < 0)
		return r;
	fd = openat(cg->root_fd, path, h->v2 ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : flags, 0644);
	if (fd < 0)
		return -errno;
	if (h->v2)
		cg->v2_fd = fd;
	else
		cg->join_fds[cg->join_fd_count++] = fd;
	return 0;
}

static int check_empty(const struct cgroup *cg, const struct cgroup_hierarchy *h, struct err *err)
{
	char pid[32];
	ssize_t n = cg_read(cg, h, "cgroup.procs", pid, sizeof(pid));

	if (n < 0 && n != -ENOENT)
		return fail(err, (int)n, "read", cg, h);
	if (n > 0)
		return err_set(err, EBUSY, "cgroup '%s' in %s holds process %.*s already", cg->path,
			       h->mount, (int)strcspn(pid, "\n"), pid);
	return 0;
}

int cg_create(struct cgroup *cg, struct err *err)
{
	cg->fresh = true;
	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		struct cgroup_hierarchy *h = &cg->hierarchies[i];
		int r = make_folder(cg, h);

		if (r < 0)
			return fail(err, r, "make", cg, h);
		if (r == 1) {
			r = check_empty(cg, h, err);
			if (r < 0)
				return r;
		}
		if (h->controllers & 1U << CG_CPUSET && !h->v2) {
			r = inherit_cpuset(cg, h, cg->path, true);
			if (r < 0)
				return fail(err, r, "copy CPUs and memory nodes of the parent to",
					    cg, h);
		}
		r = open_join(cg, h);
		if (r < 0)
			return fail(err, r, "open", cg, h);
		/* on a hybrid host only if a limit asks for it: nearly all controllers are v1 */
		if (cg->mode == CGROUP_MODE_V2 && !h->controllers_known)
			cg_enable_v2(cg, h);
	}
	return 0;
}

int cg_join(struct cgroup *cg, struct err *err)
{
	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		int r = open_join(cg, &cg->hierarchies[i]);

		if (r < 0)
			return fail(err, r, "open", cg, &cg->hierarchies[i]);
	}
	return 0;
}

int cg_add(struct cgroup *cg, pid_t pid, struct err *err)
{
	char text[24];

	fmt_string(text, sizeof(text), "%d", pid);
	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		int r = cg_write(cg, &cg->hierarchies[i], "cgroup.procs", text);

		if (r < 0)
			return fail(err, r, "move a process into", cg, &cg->hierarchies[i]);
	}
	return 0;
}
