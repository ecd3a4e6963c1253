/*
 * cgroup_path.c - see cgroup_path.h.
 */
#include "user/base/cgroup_path.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/str.h"

/* v1: the super options end with the controllers: "rw,cpu,cpuacct". A named one has none. */
static bool first_controller(char *options, char *controller, size_t size)
{
	char *save = NULL;

	for (char *o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save)) {
		static const char *const flags[] = {
			"rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode"
		};
		bool is_flag = strchr(o, '=') != NULL;

		for (size_t i = 0; i < ARRAY_LEN(flags); i++)
			is_flag |= str_eq(o, flags[i]);
		if (!is_flag && fmt_string(controller, size, "%s", o) < size)
			return true;
	}
	return false;
}

/* "36 25 0:31 / /sys/fs/cgroup/pids rw,nosuid shared:9 - cgroup cgroup rw,pids" */
static void read_line(char *line, struct cgroup_mounts *mounts)
{
	char *type = strstr(line, " - "), *save = NULL, *path = NULL, *options = NULL;
	struct cgroup_mount *mount = &mounts->items[mounts->count];
	bool is_v2;

	if (!type || mounts->count == CGROUP_MAX_MOUNTS)
		return;
	*type = '\0';
	type += 3;
	for (int i = 0; i < 5; i++)
		path = strtok_r(i ? NULL : line, " ", &save);
	type = strtok_r(type, " ", &save);
	if (!path || !type)
		return;
	is_v2 = str_eq(type, "cgroup2");
	if (!is_v2 && !str_eq(type, "cgroup"))
		return;
	strtok_r(NULL, " ", &save);
	options = strtok_r(NULL, " ", &save);
	mount->controller[0] = '\0';
	if (!is_v2 &&
	    (!options || !first_controller(options, mount->controller, sizeof(mount->controller))))
		return;
	if (fmt_string(mount->path, sizeof(mount->path), "%s", path) < sizeof(mount->path))
		mounts->count++;
}

int cgroup_mounts_read(const char *mountinfo, struct cgroup_mounts *mounts, struct err *err)
{
	cleanup_free char *text = NULL;
	char *save = NULL;
	ssize_t len = file_read(AT_FDCWD, mountinfo, 64 << 20, &text, err);

	mounts->count = 0;
	if (len < 0)
		return (int)len;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		read_line(line, mounts);
	return 0;
}

static int take(const struct cgroup_mount *mount, const char *path, struct cgroup_ref *ref,
		struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(err, "cgroup '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ENOTDIR, "cgroup '%s': not a folder", path);
	ref->id = st.st_ino;
	fmt_string(ref->controller, sizeof(ref->controller), "%s", mount->controller);
	fmt_string(ref->path, sizeof(ref->path), "%s", path);
	return 0;
}

static int resolve_absolute(const struct cgroup_mounts *mounts, const char *path,
			    struct cgroup_ref *ref, struct err *err)
{
	const struct cgroup_mount *best = NULL;

	for (unsigned i = 0; i < mounts->count; i++) {
		const struct cgroup_mount *m = &mounts->items[i];

		if (path_is_below(path, m->path) && (!best || strlen(m->path) > strlen(best->path)))
			best = m;
	}
	if (!best)
		return -ENOENT;
	if (str_eq(best->path, path))
		return err_set(err, EINVAL,
			       "'%s' is the root of its hierarchy and holds everything", path);
	return take(best, path, ref, err);
}

int cgroup_resolve(const struct cgroup_mounts *mounts, const char *text, struct cgroup_ref *ref,
		   struct err *err)
{
	char clean[PATH_MAX], path[PATH_MAX];
	struct stat st;
	int r;

	if (path_clean(text, clean, sizeof(clean)) < 0)
		return err_num(err, ENAMETOOLONG, "cgroup '%s'", text);
	if (str_eq(clean, "/"))
		return err_set(err, EINVAL, "cgroup '%s' is the root and holds everything", text);
	if (text[0] == '/') {
		r = resolve_absolute(mounts, clean, ref, err);
		if (r != -ENOENT)
			return r;
	}
	/* Hybrid hosts have a v2 hierarchy that holds few groups: the first that has it wins. */
	for (int want_v2 = 1; want_v2 >= 0; want_v2--) {
		for (unsigned i = 0; i < mounts->count; i++) {
			const struct cgroup_mount *m = &mounts->items[i];

			if ((m->controller[0] == '\0') != want_v2 ||
			    path_join(m->path, clean + 1, path, sizeof(path)) < 0 ||
			    stat(path, &st) < 0)
				continue;
			return take(m, path, ref, err);
		}
	}
	if (!err->number)
		err_set(err, ENOENT, "cgroup '%s' is in none of the %u mounted hierarchies", text,
			mounts->count);
	return -ENOENT;
}
