/*
 * detect.c - which hierarchies this host has, and where.
 *
 * The usual layout is asked first, without reading the mount table, which is long on a busy host:
 * /sys/fs/cgroup is cgroup2 itself, or a tmpfs with one folder a v1 hierarchy, named by its
 * controllers as /proc/self/cgroup spells them ("name=" left out), and "unified" for v2. Every
 * folder must hold a cgroup.procs to count. Anything else is looked up in /proc/self/mountinfo.
 *
 * Hierarchies that are not mounted here are left out, as runc does: in a nested container a few
 * often are. Paths are below the mount points, so a mount of a subtree (a nested container, a
 * cgroup namespace) confines the container's cgroup to that subtree.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/str.h"

#define MOUNTINFO_MAX (16U << 20)

int cg_add_hierarchy(struct cgroup *cg, const char *mount, uint32_t controllers, bool v2)
{
	size_t len = strlen(mount) + 1;
	char *copy = cg->mounts + cg->mounts_used;

	if (cg->hierarchy_count == CGROUP_MAX_HIERARCHIES ||
	    len > sizeof(cg->mounts) - cg->mounts_used)
		return -E2BIG;
	memcpy(copy, mount, len);
	cg->mounts_used += len;
	cg->hierarchies[cg->hierarchy_count++] = (struct cgroup_hierarchy){
		.mount = copy,
		.controllers = controllers,
		.v2 = v2,
	};
	return 0;
}

/* True when name below root_fd is the root of a mounted hierarchy. */
static bool is_hierarchy(const struct cgroup *cg, const char *name)
{
	char procs[128];
	size_t len = strlen(name);

	if (len + sizeof("/cgroup.procs") > sizeof(procs))
		return false;
	memcpy(procs, name, len);
	memcpy(procs + len, "/cgroup.procs", sizeof("/cgroup.procs"));
	return faccessat(cg->root_fd, procs, F_OK, 0) == 0;
}

/*
 * Adds the hierarchies of /proc/self/cgroup, lines of "id:controllers:path".
 * -ENOENT when one is not where it usually is.
 */
static int detect_usual(struct cgroup *cg, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *colon = strchr(line, ':'), *end = colon ? strchr(colon + 1, ':') : NULL;
		const char *name = colon + 1;
		bool v2;
		int r;

		if (!end)
			return -EINVAL;
		*end = '\0';
		v2 = !*name;
		if (v2)
			name = "unified";
		else if (str_starts_with(name, "name="))
			name += strlen("name=");
		if (!is_hierarchy(cg, name)) {
			if (v2) /* a pure v1 host: the kernel always lists v2 */
				continue;
			return -ENOENT;
		}
		r = cg_add_hierarchy(cg, name, v2 ? 0 : cg_controller_bits(name, false), v2);
		if (r < 0)
			return r;
	}
	return cg->hierarchy_count ? 0 : -ENOENT;
}

static void set_mode(struct cgroup *cg)
{
	if (!cg_find_v2(cg))
		cg->mode = CGROUP_MODE_V1;
	else
		cg->mode = cg->hierarchy_count == 1 ? CGROUP_MODE_V2 : CGROUP_MODE_HYBRID;
}

/* mountinfo writes blanks and backslashes of a path as \ooo. In place. */
static void unescape(char *path)
{
	char *out = path;

	for (const char *p = path; *p; out++) {
		if (p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && p[2] >= '0' && p[2] <= '7' &&
		    p[3] >= '0' && p[3] <= '7') {
			*out = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
			p += 4;
		} else {
			*out = *p++;
		}
	}
	*out = '\0';
}

static bool already_there(const struct cgroup *cg, uint32_t controllers, bool v2)
{
	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		const struct cgroup_hierarchy *h = &cg->hierarchies[i];

		if (h->v2 == v2 && (v2 || (controllers && h->controllers == controllers)))
			return true;
	}
	return false;
}

/* One line: "36 30 0:31 ROOT MOUNTPOINT options [tags] - TYPE source superoptions". */
static int detect_line(struct cgroup *cg, char *line)
{
	char *dash = strstr(line, " - "), *type, *options, *mount = line, *rest = NULL;
	uint32_t controllers;
	bool v2;

	if (!dash)
		return 0;
	*dash = '\0';
	type = strtok_r(dash + 3, " ", &rest);
	if (!type || (!str_eq(type, "cgroup") && !str_eq(type, "cgroup2")))
		return 0;
	v2 = str_eq(type, "cgroup2");
	strtok_r(NULL, " ", &rest);
	options = strtok_r(NULL, " ", &rest);
	for (int field = 0; field < 4 && mount; field++) {
		mount = strchr(mount, ' ');
		mount += mount != NULL;
	}
	if (!mount || !options)
		return 0;
	mount[strcspn(mount, " ")] = '\0';
	unescape(mount);
	controllers = v2 ? 0 : cg_controller_bits(options, false);
	if (already_there(cg, controllers, v2))
		return 0;
	return cg_add_hierarchy(cg, mount, controllers, v2);
}

int cg_detect_mountinfo(struct cgroup *cg, char *mountinfo, struct err *err)
{
	char *rest = NULL;

	for (char *line = strtok_r(mountinfo, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		int r = detect_line(cg, line);

		if (r < 0)
			return err_num(err, r, "note the cgroup hierarchies of this host");
	}
	if (!cg->hierarchy_count) {
		err_set(err, ENOENT, "no cgroup file system is mounted");
		err_status(err, EXIT_UNSUPPORTED);
		return err_hint(err, "mount one: mount -t cgroup2 none /sys/fs/cgroup");
	}
	set_mode(cg);
	return 0;
}

static int detect_unusual(struct cgroup *cg, struct err *err)
{
	cleanup_free char *mountinfo = NULL;
	ssize_t n = file_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &mountinfo, err);

	cg->hierarchy_count = 0;
	cg->mounts_used = 0;
	return n < 0 ? (int)n : cg_detect_mountinfo(cg, mountinfo, err);
}

static ssize_t read_own_cgroups(char *buf, size_t size)
{
	cleanup_close int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		return -errno;
	buf[n] = '\0';
	/* cut off: paths are long here; the mount table knows as well */
	return (size_t)n == size - 1 ? -E2BIG : n;
}

int cg_detect(struct cgroup *cg, struct err *err)
{
	char text[4096];
	struct statfs fs;

	cg->root_fd = open("/sys/fs/cgroup", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (cg->root_fd < 0 || fstatfs(cg->root_fd, &fs) < 0)
		return detect_unusual(cg, err);
	if ((unsigned long)fs.f_type == CGROUP2_SUPER_MAGIC) {
		cg_add_hierarchy(cg, ".", 0, true);
		cg->mode = CGROUP_MODE_V2;
		return 0;
	}
	if (read_own_cgroups(text, sizeof(text)) < 0 || detect_usual(cg, text) < 0)
		return detect_unusual(cg, err);
	set_mode(cg);
	return 0;
}
