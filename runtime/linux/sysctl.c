/*
 * sysctl.c - see sysctl.h.
 */
#include "runtime/linux/sysctl.h"

#include <fcntl.h>
#include <string.h>

#include "runtime/linux/sys.h"

#define ROOT "/proc/sys/"

int sysctl_path(const char *key, char *buf, size_t size)
{
	size_t len = strlen(key);

	if (len + 1 > size)
		return -ENAMETOOLONG;
	for (size_t i = 0; i <= len; i++)
		buf[i] = key[i] == '.' ? '/' : key[i] == '/' ? '.' : key[i];
	/* "//" and a component ".." cannot be a parameter and must not name another file */
	if (!len || buf[0] == '/' || buf[len - 1] == '/' || strstr(buf, "//") || strstr(buf, ".."))
		return -EINVAL;
	return 0;
}

int sysctl_write(const char *key, const char *value, struct err *err)
{
	char path[256] = ROOT;
	int r = sysctl_path(key, path + sizeof(ROOT) - 1, sizeof(path) - sizeof(ROOT) + 1), fd;
	ssize_t n;

	if (r < 0)
		return err_num(err, r, "sysctl '%s'", key);
	fd = sys_openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return err_num(err, fd, "sysctl '%s'", key);
	n = sys_write(fd, value, strlen(value));
	sys_close(fd);
	return n < 0 ? err_num(err, (int)n, "sysctl '%s' = '%s'", key, value) : 0;
}
