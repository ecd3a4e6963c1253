/*
 * ipam.c - leases as symbolic links. See ipam.h.
 */
#include "runtime/net/ipam.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"

/* FNV-1a: spreads owners over the pool; nothing depends on it being hard to predict. */
static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 16777619u;
	return h;
}

static bool leasable(const struct ipam_pool *pool, const struct ip *ip)
{
	uint32_t index = prefix_index(&pool->subnet, ip);
	uint32_t count = prefix_count(&pool->subnet);

	if (ip_equal(ip, &pool->gateway))
		return false;
	if (count <= 2) /* point to point: both addresses are usable (RFC 3021) */
		return true;
	return index != 0 && (ip->family == AF_INET6 || index != count - 1);
}

static int take(int dirfd, const struct ip *ip, const char *owner)
{
	char name[IP_TEXT_SIZE];

	return symlinkat(owner, dirfd, ip_format(ip, name)) < 0 ? -errno : 0;
}

static int take_wanted(int dirfd, const struct ipam_pool *pool, const struct ip *wanted,
		       const char *owner, struct err *err)
{
	char text[IP_TEXT_SIZE], subnet[PREFIX_TEXT_SIZE], holder[IPAM_OWNER_SIZE];
	int r;

	ip_format(wanted, text);
	if (!prefix_contains(&pool->subnet, wanted) || !leasable(pool, wanted))
		return err_set(err, EINVAL, "address %s is not for containers of subnet %s", text,
			       prefix_format(&pool->subnet, subnet));
	r = take(dirfd, wanted, owner);
	if (r == -EEXIST) {
		if (ipam_owner(dirfd, wanted, holder) < 0)
			holder[0] = '\0';
		return err_set(err, EADDRINUSE, "address %s is held by container %.12s", text,
			       holder);
	}
	return r < 0 ? err_num(err, r, "lease address %s", text) : 0;
}

int ipam_lease(int dirfd, const struct ipam_pool *pool, const struct ip *wanted, const char *owner,
	       struct ip *leased, struct err *err)
{
	const struct prefix *range = pool->range.ip.family ? &pool->range : &pool->subnet;
	uint32_t count = prefix_count(range), start = hash(owner) % count;
	char text[PREFIX_TEXT_SIZE];

	if (wanted && wanted->family) {
		*leased = *wanted;
		return take_wanted(dirfd, pool, wanted, owner, err);
	}
	for (uint32_t i = 0; i < count; i++) {
		struct ip ip = prefix_nth(range, (uint32_t)(((uint64_t)start + i) % count));
		int r = leasable(pool, &ip) ? take(dirfd, &ip, owner) : -EEXIST;

		if (r == 0) {
			*leased = ip;
			return 0;
		}
		if (r != -EEXIST)
			return err_num(err, r, "lease an address of %s",
				       prefix_format(range, text));
	}
	err_set(err, ENOSPC, "no address is free in %s", prefix_format(range, text));
	return err_hint(err, "create a network with a larger subnet");
}

int ipam_owner(int dirfd, const struct ip *ip, char *owner)
{
	char name[IP_TEXT_SIZE];
	ssize_t n = readlinkat(dirfd, ip_format(ip, name), owner, IPAM_OWNER_SIZE - 1);

	if (n < 0)
		return -errno;
	owner[n] = '\0';
	return 0;
}

int ipam_release(int dirfd, const struct ip *ip, const char *owner)
{
	char name[IP_TEXT_SIZE], holder[IPAM_OWNER_SIZE];
	int r = ipam_owner(dirfd, ip, holder);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (strcmp(holder, owner) != 0)
		return -EPERM;
	return unlinkat(dirfd, ip_format(ip, name), 0) < 0 && errno != ENOENT ? -errno : 0;
}

int ipam_sweep(int parent, ipam_dead dead, void *context)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	char owner[IPAM_OWNER_SIZE];
	struct dirent *entry;
	struct ip ip;
	int swept = 0;

	if (!dir) {
		int r = -errno;

		if (fd >= 0)
			close(fd);
		return r;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || ip_parse(entry->d_name, &ip) < 0 ||
		    ipam_owner(dirfd(dir), &ip, owner) < 0 || !dead(owner, context))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0 && errno != ENOENT)
			return -errno;
		swept++;
	}
	return swept;
}
