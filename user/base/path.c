/*
 * path.c - lexical path handling. See path.h.
 */
#include "user/base/path.h"

#include <errno.h>
#include <string.h>

#include "user/base/fmt.h"

int path_clean(const char *path, char *buf, size_t size)
{
	size_t len = 0;

	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.') {
			while (len && buf[--len] != '/')
				;
		} else if (n && !(n == 1 && p[0] == '.')) {
			if (len + n + 2 > size)
				return -ENAMETOOLONG;
			buf[len++] = '/';
			memcpy(buf + len, p, n);
			len += n;
		}
		p += n;
		p += *p == '/';
	}
	if (len == 0) {
		if (size < 2)
			return -ENAMETOOLONG;
		buf[len++] = '/';
	}
	buf[len] = '\0';
	return 0;
}

int path_join(const char *dir, const char *name, char *buf, size_t size)
{
	size_t len = strlen(dir);

	while (len > 1 && dir[len - 1] == '/')
		len--;
	while (*name == '/')
		name++;
	if (fmt_string(buf, size, "%.*s%s%s", (int)len, dir, len == 1 && *dir == '/' ? "" : "/",
		       name) >= size)
		return -ENAMETOOLONG;
	return 0;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool path_is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (len == 1 && *dir == '/')
		return true;
	return strncmp(path, dir, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

bool path_is_id(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > 128 || *text == '.' || *text == '-')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-") ==
	       len;
}
