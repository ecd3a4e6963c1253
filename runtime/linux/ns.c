/*
 * ns.c - see ns.h.
 */
#include "runtime/linux/ns.h"

#include <fcntl.h>
#include <string.h>

#include "runtime/linux/sys.h"
#include "user/base/fmt.h"

int ns_set_hostname(const char *name, struct err *err)
{
	int r = (int)sys2(SYS_sethostname, name, strlen(name));

	return r < 0 ? err_num(err, r, "set host name '%s'", name) : 0;
}

int ns_set_domainname(const char *name, struct err *err)
{
	int r = (int)sys2(SYS_setdomainname, name, strlen(name));

	return r < 0 ? err_num(err, r, "set domain name '%s'", name) : 0;
}

int ns_format_map(const struct ns_id_map *maps, size_t count, char *buf, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		len += fmt_string(buf + len, size - len, "%u %u %u\n", maps[i].inside,
				  maps[i].outside, maps[i].size);
		if (len >= size)
			return -E2BIG;
	}
	return (int)len;
}

/* The kernel takes a map in one write of less than a page. */
static int write_proc(pid_t pid, const char *file, const char *text, size_t len)
{
	char path[64];
	ssize_t n;
	int fd;

	fmt_string(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return fd;
	n = sys_write(fd, text, len);
	sys_close(fd);
	return n < 0 ? (int)n : 0;
}

static int write_map(pid_t pid, const char *file, const struct ns_id_map *maps, size_t count)
{
	char text[4096];
	int len = ns_format_map(maps, count, text, sizeof(text));

	return len < 0 ? len : write_proc(pid, file, text, (size_t)len);
}

int ns_write_maps(pid_t pid, const struct ns_id_map *uids, size_t uid_count,
		  const struct ns_id_map *gids, size_t gid_count, struct err *err)
{
	int r = uid_count ? write_map(pid, "uid_map", uids, uid_count) : 0;

	if (r < 0)
		return err_num(err, r, "write uid_map");
	r = gid_count ? write_map(pid, "gid_map", gids, gid_count) : 0;
	if (r == -EPERM) {
		/* without privilege over the parent namespace setgroups(2) has to go first */
		r = write_proc(pid, "setgroups", "deny", 4);
		if (r == 0)
			r = write_map(pid, "gid_map", gids, gid_count);
	}
	return r < 0 ? err_num(err, r, "write gid_map") : 0;
}
