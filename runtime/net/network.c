/*
 * network.c - declarations of networks. See network.h.
 */
#include "runtime/net/network.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/net/route.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

#define MAX_FILE (64 * 1024)

bool network_name_is_valid(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= NET_NAME_SIZE || strchr("_.-", *name))
		return false;
	/* names of modes and of our own files would be ambiguous */
	if (str_eq(name, "host") || str_eq(name, "none") || str_eq(name, "container") ||
	    str_eq(name, "endpoints") || str_eq(name, "lock"))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
	       len;
}

static void file_name(const char *name, char *buf)
{
	fmt_string(buf, NET_NAME_SIZE + 8, "%s.json", name);
}

int network_load(const struct net_store *store, const char *name, struct network *network,
		 struct err *err)
{
	char path[NET_NAME_SIZE + 8], block[8192];
	cleanup_free char *text = NULL;
	cleanup_arena struct arena arena = { 0 };
	struct json *root;
	ssize_t n;

	if (!network_name_is_valid(name))
		return err_set(err, EINVAL, "'%s' is no network name", name);
	file_name(name, path);
	n = file_read(store->config_fd, path, MAX_FILE, &text, err);
	if (n == -ENOENT)
		return err_set(err, ENOENT, "no network '%s'", name);
	if (n < 0)
		return (int)n;
	memset(block, 0, sizeof(block));
	arena_use(&arena, block, sizeof(block));
	if (json_parse(&arena, text, (size_t)n, &root, err) < 0 ||
	    network_read_json(root, network, err) < 0)
		return err_wrap(err, "network '%s'", name);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int network_list(struct arena *arena, const struct net_store *store, const char ***names,
		 struct err *err)
{
	int fd = openat(store->config_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0, capacity = 16;
	const char **list = arena_calloc(arena, capacity + 1, sizeof(*list));
	struct dirent *entry;

	if (!dir || !list)
		return err_sys(err, "list networks");
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		char name[NET_NAME_SIZE];

		if (len < 6 || len >= NET_NAME_SIZE + 5 || !str_ends_with(entry->d_name, ".json"))
			continue;
		fmt_string(name, sizeof(name), "%.*s", (int)len - 5, entry->d_name);
		if (!network_name_is_valid(name))
			continue;
		if (count == capacity) {
			const char **grown = arena_calloc(arena, 2 * capacity + 1, sizeof(*list));

			if (!grown)
				return err_sys(err, "list networks");
			memcpy(grown, list, count * sizeof(*list));
			list = grown;
			capacity *= 2;
		}
		list[count] = arena_strdup(arena, name);
		if (!list[count++])
			return err_sys(err, "list networks");
	}
	qsort(list, count, sizeof(*list), compare);
	*names = list;
	return 0;
}

/* What a new network must keep clear of: other networks and the routes of the host. */
struct taken {
	struct prefix *prefixes;
	size_t count, capacity;
	bool devices[256]; /* cbox<n> */
};

static int take(struct taken *taken, const struct prefix *prefix)
{
	if (taken->count == taken->capacity) {
		size_t capacity = taken->capacity ? 2 * taken->capacity : 32;
		struct prefix *grown = realloc(taken->prefixes, capacity * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		taken->prefixes = grown;
		taken->capacity = capacity;
	}
	taken->prefixes[taken->count++] = *prefix;
	return 0;
}

static int take_route(const struct prefix *prefix, void *context)
{
	return take(context, prefix);
}

static bool is_free(const struct taken *taken, const struct prefix *prefix)
{
	for (size_t i = 0; i < taken->count; i++)
		if (prefix_overlap(&taken->prefixes[i], prefix))
			return false;
	return true;
}

static int collect_taken(const struct net_store *store, struct taken *taken, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	const char **names;
	int r = network_list(&arena, store, &names, err);

	for (; r == 0 && *names; names++) {
		struct network other;
		uint32_t n;

		r = network_load(store, *names, &other, err);
		for (unsigned i = 0; r == 0 && i < 2; i++)
			if (other.pools[i].subnet.ip.family)
				r = take(taken, &other.pools[i].subnet);
		if (r == 0 && str_starts_with(other.bridge, "cbox") &&
		    route_device_number(other.bridge, &n) && n < ARRAY_LEN(taken->devices))
			taken->devices[n] = true;
	}
	return r < 0 ? r : route_list(take_route, taken, err);
}

/* The default network gets 10.83.0.0/16, others 10.84.0.0/22 and upwards: 1,021 containers. */
static int choose_ipv4(const struct taken *taken, bool is_default, struct ipam_pool *pool,
		       struct err *err)
{
	struct prefix candidate = { { AF_INET, { 10, 83 } }, 16 };

	if (is_default && is_free(taken, &candidate))
		goto found;
	candidate.len = 22;
	for (unsigned i = 0; i < 64 * 64; i++) {
		candidate.ip.bytes[1] = (uint8_t)(84 + i / 64);
		candidate.ip.bytes[2] = (uint8_t)(4 * (i % 64));
		if (is_free(taken, &candidate))
			goto found;
	}
	err_set(err, ENOSPC, "no free IPv4 subnet in 10.84.0.0 - 10.147.255.255");
	return err_hint(err, "name one with --subnet");
found:
	pool->subnet = candidate;
	return 0;
}

/* fd + 40 random bits + subnet 0 (RFC 4193, section 3.2): two hosts will not collide. */
static int choose_ipv6(struct ipam_pool *pool, struct err *err)
{
	struct prefix prefix = { { AF_INET6, { 0xfd } }, 64 };

	if (getrandom(prefix.ip.bytes + 1, 5, 0) != 5)
		return err_sys(err, "choose an IPv6 subnet");
	pool->subnet = prefix;
	return 0;
}

static int fill_in(const struct net_store *store, struct network *network, bool ipv6,
		   struct err *err)
{
	struct taken taken = { 0 };
	bool is_default = str_eq(network->name, NETWORK_DEFAULT);
	char text[PREFIX_TEXT_SIZE];
	unsigned n = is_default ? 0 : 1;
	int r = collect_taken(store, &taken, err);

	for (unsigned i = 0; r == 0 && i < 2; i++) {
		struct ipam_pool *pool = &network->pools[i];

		if (!pool->subnet.ip.family && (i == 0 || ipv6))
			r = i == 0 ? choose_ipv4(&taken, is_default, pool, err)
				   : choose_ipv6(pool, err);
		else if (pool->subnet.ip.family && !is_free(&taken, &pool->subnet))
			r = err_set(err, EEXIST, "subnet %s overlaps a network or a route in use",
				    prefix_format(&pool->subnet, text));
		if (r == 0 && pool->subnet.ip.family && !pool->gateway.family)
			pool->gateway = prefix_nth(&pool->subnet, 1);
	}
	while (n < ARRAY_LEN(taken.devices) && taken.devices[n])
		n++;
	if (r == 0 && n == ARRAY_LEN(taken.devices))
		r = err_set(err, ENOSPC, "there are %u networks already", n);
	if (r == 0 && !network->bridge[0])
		fmt_string(network->bridge, sizeof(network->bridge), "cbox%u", n);
	free(taken.prefixes);
	return r;
}

int network_create(const struct net_store *store, struct network *network, bool ipv6,
		   struct err *err)
{
	struct json_writer w = { .indent = 2 };
	char path[NET_NAME_SIZE + 8];
	cleanup_strbuf struct strbuf text = { 0 };
	struct stat st;
	int r;

	if (!network_name_is_valid(network->name))
		return err_set(err, EINVAL, "'%s' is no network name", network->name);
	file_name(network->name, path);
	if (fstatat(store->config_fd, path, &st, 0) == 0)
		return err_set(err, EEXIST, "there is a network '%s' already", network->name);
	r = fill_in(store, network, ipv6, err);
	if (r < 0)
		return r;
	network->created_ns = clock_ns(CLOCK_REALTIME);
	network_write_json(network, &w);
	text = w.out;
	strbuf_putc(&text, '\n');
	if (text.failed)
		return err_num(err, ENOMEM, "write network '%s'", network->name);
	return file_write_atomic(store->config_fd, path, text.data, text.len, 0644, FILE_DURABLE,
				 err);
}

int network_load_default(const struct net_store *store, struct network *network, struct err *err)
{
	cleanup_close int lock = -1;
	int r = network_load(store, NETWORK_DEFAULT, network, err);

	if (r != -ENOENT)
		return r;
	lock = net_store_lock(store, err);
	if (lock < 0)
		return lock;
	err_reset(err);
	r = network_load(store, NETWORK_DEFAULT, network, err);
	if (r != -ENOENT)
		return r;
	err_reset(err);
	memset(network, 0, sizeof(*network));
	fmt_string(network->name, sizeof(network->name), "%s", NETWORK_DEFAULT);
	return network_create(store, network, true, err);
}

int network_forget(const struct net_store *store, const char *name, struct err *err)
{
	char path[NET_NAME_SIZE + 8];

	file_name(name, path);
	if (unlinkat(store->config_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(err, "remove network '%s'", name);
	return 0;
}
