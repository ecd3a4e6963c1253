/*
 * recover.c - undoing what is left of containers that died without saying so, and removing
 * networks. See attach.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/net/attach.h"
#include "runtime/net/firewall.h"
#include "runtime/net/link.h"
#include "runtime/net/names.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/str.h"

struct recovery {
	const struct net_store *store;
	ipam_dead dead;
	void *context;
	struct net_recovered *recovered;
	struct err *err;
	unsigned networks;
};

/* Names of folders in dirfd that are networks with run state. */
static int each_network(const struct net_store *store,
			int (*each)(const char *network, void *context), void *context,
			struct err *err)
{
	int fd = openat(store->run_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return err_sys(err, "list the networks in use");
	while ((entry = readdir(dir))) {
		int r = entry->d_name[0] == '.' || !network_name_is_valid(entry->d_name)
				? 0
				: each(entry->d_name, context);

		if (r < 0)
			return r;
	}
	return 0;
}

static int detach_dead(const struct endpoint *endpoint, void *context)
{
	struct recovery *recovery = context;
	char key[ENDPOINT_KEY_SIZE];
	int r;

	endpoint_key(endpoint->id, key);
	if (!recovery->dead(key, recovery->context))
		return 0;
	r = net_detach(recovery->store, endpoint->id, NET_DETACH_LINKS, recovery->err);
	if (r == 0)
		recovery->recovered->endpoints++;
	return r;
}

/* Leases taken by an engine that was killed before it wrote its record. */
static int sweep_network(const char *network, void *context)
{
	struct recovery *recovery = context;
	cleanup_close int leases = net_store_open_dir(recovery->store, network, "leases", false);
	cleanup_close int names = net_store_open_dir(recovery->store, network, "names", false);
	int n;

	recovery->networks++;
	n = leases < 0 ? 0 : ipam_sweep(leases, recovery->dead, recovery->context);

	if (n < 0)
		return err_num(recovery->err, n, "release leases of network '%s'", network);
	recovery->recovered->leases += (unsigned)n;
	n = names < 0 ? 0 : names_sweep(names, recovery->dead, recovery->context);
	if (n < 0)
		return err_num(recovery->err, n, "remove names of network '%s'", network);
	recovery->recovered->names += (unsigned)n;
	return 0;
}

/* Names of veths that a record accounts for, or that nobody does. */
struct orphans {
	const struct net_store *store;
	char (*names)[IFNAMSIZ];
	size_t count, capacity;
};

static int collect_veth(const struct link_info *link, void *context)
{
	struct orphans *orphans = context;

	if (!str_eq(link->kind, "veth") || !str_starts_with(link->name, "cv") ||
	    strlen(link->name) != IFNAMSIZ - 1)
		return 0;
	if (orphans->count == orphans->capacity) {
		size_t capacity = orphans->capacity ? 2 * orphans->capacity : 64;
		void *grown = realloc(orphans->names, capacity * sizeof(*orphans->names));

		if (!grown)
			return -ENOMEM;
		orphans->names = grown;
		orphans->capacity = capacity;
	}
	memcpy(orphans->names[orphans->count++], link->name, IFNAMSIZ);
	return 0;
}

static int keep_known(const struct endpoint *endpoint, void *context)
{
	struct orphans *orphans = context;

	for (unsigned i = 0; i < endpoint->link_count; i++)
		for (size_t k = 0; k < orphans->count; k++)
			if (str_eq(orphans->names[k], endpoint->links[i].host_name))
				orphans->names[k][0] = '\0';
	return 0;
}

static int delete_orphans(const struct net_store *store, struct net_recovered *recovered,
			  struct err *err)
{
	struct orphans orphans = { .store = store };
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_ROUTE, err);

	if (r == 0)
		r = link_list(&nl, collect_veth, &orphans, err);
	if (r == 0)
		r = endpoint_each(store, keep_known, &orphans, err);
	for (size_t k = 0; r == 0 && k < orphans.count; k++) {
		if (!orphans.names[k][0])
			continue;
		link_delete(&nl, orphans.names[k]);
		r = nl_commit(&nl, err);
		if (r == -ENODEV) /* its namespace was faster */
			r = 0;
		else if (r == 0)
			recovered->links++;
	}
	free(orphans.names);
	return r;
}

int net_recover(const struct net_store *store, ipam_dead dead, void *context,
		struct net_recovered *recovered, struct err *err)
{
	struct recovery recovery = { store, dead, context, recovered, err, 0 };
	cleanup_close int lock = -1;
	int r;

	memset(recovered, 0, sizeof(*recovered));
	r = endpoint_each(store, detach_dead, &recovery, err);
	if (r < 0)
		return r;
	lock = net_store_lock(store, err);
	if (lock < 0)
		return lock;
	r = each_network(store, sweep_network, &recovery, err);
	if (r == 0)
		r = delete_orphans(store, recovered, err);
	return r == 0 && recovery.networks ? firewall_rebuild(store, err) : r;
}

/* Says which container is on a network. */
struct occupant {
	const char *network;
	char name[IPAM_OWNER_SIZE];
};

static int find_occupant(const struct endpoint *endpoint, void *context)
{
	struct occupant *occupant = context;

	for (unsigned i = 0; i < endpoint->link_count && !occupant->name[0]; i++)
		if (str_eq(endpoint->links[i].network, occupant->network))
			fmt_string(occupant->name, sizeof(occupant->name), "%s",
				   *endpoint->name ? endpoint->name : endpoint->id);
	return 0;
}

int net_remove(const struct net_store *store, const char *name, struct err *err)
{
	struct occupant occupant = { .network = name };
	cleanup_close int lock = net_store_lock(store, err);
	struct network network;
	cleanup_nl struct nl nl;
	bool present;
	int r;

	nl_use(&nl, -1);
	if (lock < 0)
		return lock;
	r = network_load(store, name, &network, err);
	if (r == 0)
		r = endpoint_each(store, find_occupant, &occupant, err);
	if (r < 0)
		return r;
	if (occupant.name[0])
		return err_set(err, EBUSY, "network '%s' is in use by container '%s'", name,
			       occupant.name);
	r = nl_open(&nl, NETLINK_ROUTE, err);
	present = r == 0 && link_index(&nl, network.bridge, &network.bridge_index) == 0;
	if (r == 0)
		r = network_deactivate(store, &nl, &network, err);
	if (r == 0)
		r = network_forget(store, name, err);
	if (r == 0 && present) /* else there is no firewall to change */
		r = firewall_rebuild(store, err);
	return r;
}
