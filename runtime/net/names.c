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

#define ADDRESSES_SIZE (2 * IP_TEXT_SIZE + 1)
#define ENTRY_SIZE (NAMES_NAME_SIZE + ADDRESSES_SIZE + 1)

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

static bool entry_path(const char *name, const struct ip ips[2], char *path)
{
	char canonical[NAMES_NAME_SIZE], four[IP_TEXT_SIZE], six[IP_TEXT_SIZE];

	if (!names_canonical(name, canonical))
		return false;
	fmt_string(path, ENTRY_SIZE, "%s/%s,%s", canonical, ip_format(&ips[0], four),
		   ip_format(&ips[1], six));
	return true;
}

/* Reads the name of an entry back. Returns how many addresses it has, 0 for what is none. */
static int entry_addresses(const char *entry, struct ip *ips)
{
	const char *comma = strchr(entry, ',');
	char text[IP_TEXT_SIZE];
	int count = 0;

	if (!comma || (size_t)(comma - entry) >= sizeof(text))
		return 0;
	memcpy(text, entry, (size_t)(comma - entry));
	text[comma - entry] = '\0';
	count += ip_parse(text, &ips[count]) == 0;
	count += ip_parse(comma + 1, &ips[count]) == 0;
	return count;
}

int names_add(int dirfd, const char *name, const struct ip ips[2], const char *owner)
{
	char path[ENTRY_SIZE], *slash;

	if (!entry_path(name, ips, path))
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

int names_remove(int dirfd, const char *name, const struct ip ips[2], const char *owner)
{
	char path[ENTRY_SIZE], holder[IPAM_OWNER_SIZE];
	ssize_t n;

	if (!entry_path(name, ips, path))
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

int names_addresses(int dirfd, const char *name, struct ip *ips)
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
	while (count < NAMES_MAX_ADDRESSES - 1 && (entry = readdir(dir)))
		count += entry_addresses(entry->d_name, &ips[count]);
	return count ? count : -ENOENT;
}

static int sweep_name(int parent, const char *name, ipam_dead dead, void *context)
{
	cleanup_closedir DIR *dir = open_name(parent, name);
	char owner[IPAM_OWNER_SIZE];
	struct dirent *entry;
	int swept = 0;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	while ((entry = readdir(dir))) {
		ssize_t n = entry->d_name[0] == '.' ? -1
						    : readlinkat(dirfd(dir), entry->d_name, owner,
								 sizeof(owner) - 1);

		if (n < 0)
			continue;
		owner[n] = '\0';
		if (!dead(owner, context))
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
