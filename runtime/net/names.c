/*
 * names.c - see names.h.
 */
#include "runtime/net/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"

#define ENTRY_SIZE (NAMES_NAME_SIZE + IP_TEXT_SIZE + 1)

bool names_canonical(const char *name, char *buf)
{
	size_t len = strlen(name), label = 0;

	if (len && name[len - 1] == '.')
		len--;
	if (len == 0 || len >= NAMES_NAME_SIZE)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (c == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
			   c == '_') {
			if (++label > 63)
				return false;
		} else {
			return false;
		}
		buf[i] = c;
	}
	buf[len] = '\0';
	return label > 0;
}

static bool entry_path(const char *name, const struct ip *ip, char *path)
{
	char canonical[NAMES_NAME_SIZE], address[IP_TEXT_SIZE];

	if (!names_canonical(name, canonical))
		return false;
	fmt_string(path, ENTRY_SIZE, "%s/%s", canonical, ip_format(ip, address));
	return true;
}

int names_add(int dirfd, const char *name, const struct ip *ip, const char *owner)
{
	char path[ENTRY_SIZE], *slash;

	if (!entry_path(name, ip, path))
		return -EINVAL;
	slash = strchr(path, '/');
	/* another container with the name may leave and take the folder along: once more, then */
	for (int attempt = 0; attempt < 100; attempt++) {
		*slash = '\0';
		if (mkdirat(dirfd, path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
		if (symlinkat(owner, dirfd, path) == 0 || errno == EEXIST)
			return 0;
		if (errno != ENOENT)
			return -errno;
	}
	return -EBUSY;
}

int names_remove(int dirfd, const char *name, const struct ip *ip, const char *owner)
{
	char path[ENTRY_SIZE], holder[IPAM_OWNER_SIZE];
	ssize_t n;

	if (!entry_path(name, ip, path))
		return -EINVAL;
	n = readlinkat(dirfd, path, holder, sizeof(holder) - 1);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	holder[n] = '\0';
	if (strcmp(holder, owner) != 0)
		return 0; /* the address has a new holder, who has the same name */
	if (unlinkat(dirfd, path, 0) < 0 && errno != ENOENT)
		return -errno;
	*strchr(path, '/') = '\0';
	if (unlinkat(dirfd, path, AT_REMOVEDIR) < 0 && errno != ENOTEMPTY && errno != ENOENT)
		return -errno;
	return 0;
}

static DIR *open_name(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

int names_lookup(int dirfd, const char *name, struct ip *ips)
{
	char canonical[NAMES_NAME_SIZE];
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;
	int count = 0;

	if (!names_canonical(name, canonical))
		return -ENOENT;
	dir = open_name(dirfd, canonical);
	if (!dir)
		return errno == ENOENT || errno == ENAMETOOLONG ? -ENOENT : -errno;
	while (count < NAMES_MAX_ADDRESSES && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && ip_parse(entry->d_name, &ips[count]) == 0)
			count++;
	return count ? count : -ENOENT;
}

static int sweep_name(int parent, const char *name, ipam_dead dead, void *context)
{
	cleanup_closedir DIR *dir = open_name(parent, name);
	char owner[IPAM_OWNER_SIZE];
	struct dirent *entry;
	struct ip ip;
	int swept = 0;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || ip_parse(entry->d_name, &ip) < 0 ||
		    ipam_owner(dirfd(dir), &ip, owner) < 0 || !dead(owner, context))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0 && errno != ENOENT)
			return -errno;
		swept++;
	}
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOTEMPTY && errno != ENOENT)
		return -errno;
	return swept;
}

int names_sweep(int parent, ipam_dead dead, void *context)
{
	cleanup_closedir DIR *dir = open_name(parent, ".");
	struct dirent *entry;
	int swept = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		int n = entry->d_name[0] == '.' ? 0
						: sweep_name(parent, entry->d_name, dead, context);

		if (n < 0)
			return n;
		swept += n;
	}
	return swept;
}

int names_set_by_address(int dirfd, const struct ip *ip, const char *text)
{
	char name[IP_TEXT_SIZE];

	ip_format(ip, name);
	if (*text && symlinkat(text, dirfd, name) == 0)
		return 0;
	if (*text && errno != EEXIST)
		return -errno;
	if (unlinkat(dirfd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	return *text && symlinkat(text, dirfd, name) < 0 ? -errno : 0;
}

int names_sweep_by_address(int parent, int leases_fd)
{
	cleanup_closedir DIR *dir = open_name(parent, ".");
	struct dirent *entry;
	struct ip ip;
	int swept = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		char owner[IPAM_OWNER_SIZE];

		if (entry->d_name[0] == '.' || ip_parse(entry->d_name, &ip) < 0 ||
		    ipam_owner(leases_fd, &ip, owner) != -ENOENT)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0 && errno != ENOENT)
			return -errno;
		swept++;
	}
	return swept;
}
