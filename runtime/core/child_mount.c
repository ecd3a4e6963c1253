/*
 * child_mount.c - the mounts of a plan, each put where the container will see it. See child.h.
 *
 * A target is reached through the root's fd only. Where the kernel gives a file system a
 * meaning by its place (/proc, /sys), a symlink in the image must not move that place, so there
 * the path has to be plain folders.
 */
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "runtime/core/child.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/sys.h"
#include "user/base/str.h"

static bool is_plain_only(const struct mount_request *request)
{
	return !request->bind && request->type &&
	       (str_eq(request->type, "proc") || str_eq(request->type, "sysfs"));
}

/* Folder or file like the mount itself. Returns an O_PATH fd or -errno. */
static int open_target(int root, int mount, const struct step_mount *m)
{
	struct sys_statx st;
	int r;

	if (is_plain_only(&m->request)) {
		r = paths_open_plain(root, m->destination, O_PATH | O_DIRECTORY);
		if (r != -ENOENT)
			return r;
	}
	if (!m->request.bind)
		return paths_make_dir(root, m->destination, 0755);
	r = sys_statx(mount, "", AT_EMPTY_PATH, &st);
	if (r < 0)
		return r;
	return S_ISDIR(st.mode) ? paths_make_dir(root, m->destination, 0755)
				: paths_make_file(root, m->destination);
}

/* sysfs needs a network namespace of one's own user namespace; else the host's is shown. */
static int open_sysfs_instead(int number, const struct mount_request *request, struct err *err)
{
	int fd;

	if (number != -EPERM || !str_eq(request->type, "sysfs"))
		return number;
	fd = mount_open_clone(AT_FDCWD, "/sys", true, err);
	if (fd >= 0 && mount_set_attributes(fd, request, err) < 0) {
		sys_close(fd);
		return number;
	}
	return fd;
}

static int open_mount(struct child_context *context, const struct step_mount *m, struct err *err)
{
	const struct mount_request *request = &m->request;
	int fd, r;

	if (!request->bind) {
		fd = mount_open_new(request, err);
		return fd < 0 ? open_sysfs_instead(fd, request, err) : fd;
	}
	fd = m->fd;
	if (fd < 0)
		fd = mount_open_clone(AT_FDCWD, request->source, request->bind_recursive, err);
	else /* opened on the host's side: the host's later mounts may come in, ours not go out */
		mount_set_propagation(fd, MS_SLAVE, true);
	if (fd < 0)
		return fd;
	r = mount_set_attributes(fd, request, err);
	if (r < 0)
		sys_close(fd);
	(void)context;
	return r < 0 ? r : fd;
}

/*
 * tmpcopyup asks for a tmpfs that starts with what it hides. That is done for a folder that hides
 * nothing and refused otherwise: an image's files must not vanish in silence.
 */
static int check_copy_up(int root, const char *path, struct err *err)
{
	int fd = paths_open(root, path, O_RDONLY | O_DIRECTORY, 0);
	char entries[512];
	long n;

	if (fd < 0)
		return err_num(err, fd, "open what a tmpfs with tmpcopyup hides");
	n = sys3(SYS_getdents64, fd, entries, sizeof(entries));
	sys_close(fd);
	if (n < 0)
		return err_num(err, (int)n, "list what a tmpfs with tmpcopyup hides");
	/* "." and ".." take 24 bytes each: more means a name */
	if (n <= 48)
		return 0;
	err_set(err, ENOTSUP, "tmpcopyup of a folder that holds files is not supported");
	return err_status(err, EXIT_UNSUPPORTED);
}

static int attach(int root, int mount, const struct step_mount *m, struct err *err)
{
	int target = open_target(root, mount, m), r;

	if (target == -ELOOP)
		return err_set(err, ELOOP, "the image has a symlink on the way to the target");
	if (target < 0)
		return err_num(err, target, "open the target");
	r = m->request.copy_up ? check_copy_up(root, m->destination, err) : 0;
	if (r < 0) {
		sys_close(target);
		return r;
	}
	r = mount_attach(mount, target);
	sys_close(target);
	return r < 0 ? err_num(err, r, "attach") : 0;
}

int child_mount(struct child_context *context, const struct step_mount *m, struct err *err)
{
	const struct mount_request *request = &m->request;
	int mount = open_mount(context, m, err), r = mount;

	if (mount >= 0) {
		r = attach(context->root, mount, m, err);
		if (r == 0 && !request->bind &&
		    (request->propagation || request->propagation_recursive)) {
			struct mount_request only = {
				.propagation = request->propagation,
				.propagation_recursive = request->propagation_recursive,
			};

			r = mount_set_attributes(mount, &only, err);
		}
		sys_close(mount);
	}
	return r < 0 ? err_wrap(err, "mount '%s' to '%s'",
				request->source ? request->source : request->type, m->destination)
		     : 0;
}

/* One hierarchy below the tmpfs at folder. "cpu,cpuacct" is also reached as cpu and cpuacct. */
static int add_view(int folder, const struct cgroup_view *view, struct err *err)
{
	int mount, r = sys_mkdirat(folder, view->name, 0755);
	const char *comma = strchr(view->name, ',');

	if (r < 0 && r != -EEXIST)
		return err_num(err, r, "make '%s'", view->name);
	mount = mount_open_clone(AT_FDCWD, view->source, false, err);
	if (mount < 0)
		return mount;
	r = sys_move_mount(mount, "", folder, view->name, MOVE_MOUNT_F_EMPTY_PATH);
	sys_close(mount);
	if (r < 0)
		return err_num(err, r, "attach '%s'", view->name);
	for (const char *part = view->name; comma && part; part = comma ? comma + 1 : NULL) {
		char link[64];
		size_t len;

		comma = strchr(part, ',');
		len = comma ? (size_t)(comma - part) : strlen(part);
		if (len >= sizeof(link))
			break;
		memcpy(link, part, len);
		link[len] = '\0';
		sys_symlinkat(view->name, folder, link);
		if (!comma)
			break;
	}
	return 0;
}

/* v1: a tmpfs with a folder a hierarchy, all made read-only at once at the end if asked. */
static int mount_v1(struct child_context *context, const struct step_mount *m, struct err *err)
{
	static const char *const data[] = { "mode=755", NULL };
	const struct mount_request tmpfs = { .type = "tmpfs", .source = "tmpfs", .data = data };
	int folder = mount_open_new(&tmpfs, err), r = folder;

	if (folder < 0)
		return folder;
	r = attach(context->root, folder, m, err);
	for (unsigned i = 0; i < context->cgroup_view_count && r == 0; i++)
		r = add_view(folder, &context->cgroup_views[i], err);
	if (r == 0) {
		r = mount_set(folder, m->request.attr_set | m->request.recursive_set, 0, true);
		if (r < 0)
			err_num(err, r, "set mount attributes");
	}
	sys_close(folder);
	return r;
}

/* v2: the container's own subtree, be it through a new cgroup namespace or a bind of the folder. */
static int mount_v2(struct child_context *context, const struct step_mount *m, struct err *err)
{
	int mount = mount_open_clone(AT_FDCWD, context->cgroup_views[0].source, false, err), r;

	if (mount < 0)
		return mount;
	r = mount_set_attributes(mount, &m->request, err);
	if (r == 0)
		r = attach(context->root, mount, m, err);
	sys_close(mount);
	return r;
}

int child_mount_cgroup(struct child_context *context, const struct step_mount *m, struct err *err)
{
	int r;

	if (context->cgroup_view_count == 1 && !context->cgroup_views[0].name)
		r = mount_v2(context, m, err);
	else
		r = mount_v1(context, m, err);
	return r < 0 ? err_wrap(err, "mount cgroups to '%s'", m->destination) : 0;
}
