/*
 * attach.c - attaching one container, and detaching it. See attach.h.
 */
#include "runtime/net/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runtime/net/dns_start.h"
#include "runtime/net/firewall.h"
#include "runtime/net/link.h"
#include "runtime/net/names.h"
#include "runtime/net/port.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"

int net_ensure(const struct net_store *store, struct nl *nl, struct network *network,
	       struct err *err)
{
	cleanup_close int lock = -1;
	int r;

	if (network_is_ready(store, nl, network))
		return 0;
	lock = net_store_lock(store, err);
	if (lock < 0)
		return lock;
	if (network_is_ready(store, nl, network))
		return 0;
	r = network_activate(store, nl, network, err);
	if (r == 0)
		r = firewall_rebuild(store, err);
	return r == 0 ? network_set_ready(store, network, err) : r;
}

/* "cv", 12 digits of the id, number of the interface: 15 bytes, what a name may have. */
static void veth_name(const char *id, unsigned index, char *buf)
{
	fmt_string(buf, IFNAMSIZ, "cv%.12s%x", id, index);
}

/* Leases the addresses of one request and describes the interface it leads to. */
static int lease(const struct net_store *store, struct arena *arena, const char *id,
		 const struct network *network, const struct net_request *request, unsigned index,
		 struct endpoint_link *link, struct err *err)
{
	cleanup_close int leases = net_store_open_dir(store, network->name, "leases", true);
	bool ipv6 = network->pools[1].subnet.ip.family && network_host_has_ipv6();
	char key[ENDPOINT_KEY_SIZE];

	endpoint_key(id, key);
	if (leases < 0)
		return err_num(err, leases, "open the leases of network '%s'", network->name);
	memset(link, 0, sizeof(*link));
	link->network = arena_strdup(arena, network->name);
	link->bridge = arena_strdup(arena, network->bridge);
	if (!link->network || !link->bridge)
		return err_sys(err, "attach to network '%s'", network->name);
	veth_name(id, index, link->host_name);
	fmt_string(link->name, sizeof(link->name), "eth%u", index);
	link->aliases = request->aliases;
	link->internal = network->internal;
	for (unsigned i = 0; i < 2; i++) {
		const struct ipam_pool *pool = &network->pools[i];

		if (!pool->subnet.ip.family || (i == 1 && !ipv6)) {
			if (request->ips[i].family)
				return err_set(err, EINVAL, "network '%s' has no IPv%u subnet",
					       network->name, i == 0 ? 4 : 6);
			continue;
		}
		link->addresses[i].len = pool->subnet.len;
		link->gateways[i] = pool->gateway;
		if (ipam_lease(leases, pool, &request->ips[i], key, &link->addresses[i].ip, err) <
		    0)
			return err_wrap(err, "network '%s'", network->name);
	}
	link->mac = request->has_mac ? request->mac : mac_from_ip(&link->addresses[0].ip);
	return 0;
}

static void release(const struct net_store *store, const char *id, const struct endpoint_link *link)
{
	cleanup_close int leases = net_store_open_dir(store, link->network, "leases", false);
	char key[ENDPOINT_KEY_SIZE];

	endpoint_key(id, key);
	for (unsigned i = 0; leases >= 0 && i < 2; i++)
		if (link->addresses[i].ip.family)
			ipam_release(leases, &link->addresses[i].ip, key);
}

static int plug_in(struct nl *nl, int netns_fd, const struct endpoint_link *link,
		   const struct network *network, struct err *err)
{
	int r;

	link_add_veth(nl, &(struct link_veth){ .host_name = link->host_name,
					       .peer_name = link->name,
					       .peer_netns = netns_fd,
					       .master = network->bridge_index,
					       .mtu = network->mtu,
					       .mac = &link->mac });
	if (access("/proc/sys/net/bridge/bridge-nf-call-iptables", F_OK) == 0)
		link_set_hairpin(nl, link->host_name);
	link_set_up(nl, link->host_name, LINK_IPV6_BARE);
	r = nl_commit(nl, err);
	if (r == -EXFULL) {
		err_set(err, EXFULL, "bridge '%s' has no free port (1,023 containers)",
			link->bridge);
		return err_hint(err, "put further containers on a second network");
	}
	return r < 0 ? err_wrap(err, "network '%s'", link->network) : 0;
}

/* Addresses and routes inside, through a socket that lives in the namespace. */
static int configure_inside(int socket, const struct endpoint_link *link, bool first,
			    bool default_route, struct err *err)
{
	struct nl nl;
	uint32_t index;
	int r;

	nl_use(&nl, socket);
	r = link_index(&nl, link->name, &index);
	if (r < 0)
		return err_num(err, r, "find %s in the container", link->name);
	if (first)
		link_set_up(&nl, "lo", LINK_IPV6_KEEP);
	link_set_up(&nl, link->name, LINK_IPV6_BARE);
	for (unsigned i = 0; i < 2; i++)
		if (link->addresses[i].ip.family)
			link_add_address(&nl, index, &link->addresses[i]);
	for (unsigned i = 0; i < 2; i++)
		if (link->addresses[i].ip.family && default_route && !link->internal)
			link_add_default_route(&nl, index, &link->gateways[i]);
	r = nl_commit(&nl, err);
	nl.fd = -1; /* the socket is the caller's */
	nl_close(&nl);
	return r < 0 ? err_wrap(err, "network '%s': %s", link->network, link->name) : 0;
}

typedef int (*change_name)(int dirfd, const char *name, const struct ip ips[2], const char *owner);

/* The names a container has on a network: its own and its aliases. */
static int change_names(const struct net_store *store, change_name change,
			const struct endpoint *endpoint, const struct endpoint_link *link,
			struct err *err)
{
	cleanup_close int names = net_store_open_dir(store, link->network, "names", true);
	struct ip ips[2] = { link->addresses[0].ip, link->addresses[1].ip };
	char key[ENDPOINT_KEY_SIZE];
	int r = names < 0 ? names : 0;

	endpoint_key(endpoint->id, key);
	if (r == 0 && *endpoint->name) {
		r = change(names, endpoint->name, ips, key);
		if (r == -EINVAL) /* a container's name need not be a host name */
			r = 0;
	}
	for (const char *const *alias = link->aliases; r == 0 && alias && *alias; alias++) {
		r = change(names, *alias, ips, key);
		if (r == -EINVAL)
			return err_set(err, EINVAL, "alias '%s' is no host name", *alias);
	}
	return r < 0 ? err_num(err, r, "name the container on network '%s'", link->network) : 0;
}

static int load_network(const struct net_store *store, const char *name, struct network *network,
			struct err *err)
{
	return name && strcmp(name, NETWORK_DEFAULT) != 0
		       ? network_load(store, name, network, err)
		       : network_load_default(store, network, err);
}

/* Finds networks and leases addresses: nothing of this needs a record. */
static int prepare(const struct net_store *store, struct nl *nl, struct arena *arena,
		   const struct net_options *options, struct network *networks,
		   struct endpoint *endpoint, struct err *err)
{
	for (unsigned i = 0; i < options->request_count; i++) {
		const struct net_request *request = &options->requests[i];
		int r = load_network(store, request->network, &networks[i], err);

		for (unsigned k = 0; r == 0 && k < i; k++)
			if (!strcmp(networks[k].name, networks[i].name))
				r = err_set(err, EINVAL, "network '%s' is named twice",
					    networks[i].name);
		if (r == 0)
			r = net_ensure(store, nl, &networks[i], err);
		if (r == 0)
			endpoint->link_count++;
		if (r == 0)
			r = lease(store, arena, options->id, &networks[i], request, i,
				  &endpoint->links[i], err);
		if (r == 0)
			dns_start(store, &networks[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int establish(const struct net_store *store, struct nl *nl, const struct netns *ns,
		     const struct network *networks, const struct endpoint *endpoint,
		     struct err *err)
{
	bool routed = false;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < endpoint->link_count; i++) {
		const struct endpoint_link *link = &endpoint->links[i];

		r = plug_in(nl, ns->fd, link, &networks[i], err);
		if (r == 0)
			r = configure_inside(ns->socket, link, i == 0, !routed, err);
		routed = routed || !link->internal;
	}
	if (r == 0)
		r = firewall_add(store, endpoint, err);
	for (unsigned i = 0; r == 0 && i < endpoint->link_count; i++)
		r = change_names(store, names_add, endpoint, &endpoint->links[i], err);
	return r;
}

static void undo(const struct net_store *store, struct endpoint *endpoint, unsigned ports,
		 int *port_fds)
{
	struct err ignored = { 0 };

	for (unsigned i = 0; i < ports; i++) {
		close(port_fds[i]);
		port_fds[i] = -1;
	}
	/* without a record there are leases at most */
	for (unsigned i = 0; i < endpoint->link_count; i++)
		if (endpoint->links[i].network)
			release(store, endpoint->id, &endpoint->links[i]);
	if (net_detach(store, endpoint->id, NET_DETACH_LINKS, &ignored) < 0)
		log_warning("undo the network of %.12s: %s", endpoint->id, ignored.message);
}

int net_attach(const struct net_store *store, const struct netns *ns,
	       const struct net_options *options, struct arena *arena, struct endpoint *endpoint,
	       int *port_fds, struct err *err)
{
	cleanup_free struct network *networks = NULL;
	cleanup_nl struct nl nl;
	unsigned bound = 0;
	int r;

	if (options->request_count > ENDPOINT_MAX_NETWORKS)
		return err_set(err, E2BIG, "more than %d networks", ENDPOINT_MAX_NETWORKS);
	r = nl_open(&nl, NETLINK_ROUTE, err);
	if (r < 0)
		return r;
	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->id = options->id;
	endpoint->name = options->name ? options->name : "";
	endpoint->dns = options->dns;
	networks = calloc(options->request_count, sizeof(*networks));
	if (!networks)
		return err_sys(err, "attach the container");
	r = prepare(store, &nl, arena, options, networks, endpoint, err);
	if (r == 0)
		r = port_reserve(store, options->ports, options->port_count, port_fds, err);
	if (r == 0) {
		bound = options->port_count;
		endpoint->ports = options->ports;
		endpoint->port_count = options->port_count;
		r = endpoint_save(store, endpoint, err);
	}
	if (r == 0)
		r = establish(store, &nl, ns, networks, endpoint, err);
	if (r < 0)
		undo(store, endpoint, bound, port_fds);
	return r;
}

static int delete_link(const char *name, struct err *err)
{
	cleanup_nl struct nl nl;
	uint32_t index;
	int r = nl_open(&nl, NETLINK_ROUTE, err);

	if (r < 0 || link_index(&nl, name, &index) < 0)
		return r;
	link_delete(&nl, name);
	r = nl_commit(&nl, err);
	return r == -ENODEV ? 0 : r;
}

static int take_off(const struct net_store *store, const struct endpoint *endpoint,
		    const struct endpoint_link *link, enum net_detach how, struct err *err)
{
	int r = change_names(store, names_remove, endpoint, link, err);

	if (r == 0 && how == NET_DETACH_LINKS)
		r = delete_link(link->host_name, err);
	release(store, endpoint->id, link);
	return r;
}

/* Shared: several may detach at once, but none while the firewall is being rebuilt. */
static int lock_shared(const struct net_store *store, struct err *err)
{
	return file_lock(store->run_fd, "lock", false, true, err);
}

int net_detach(const struct net_store *store, const char *id, enum net_detach how, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	cleanup_close int lock = lock_shared(store, err);
	struct endpoint endpoint;
	int r;

	if (lock < 0)
		return lock;
	r = endpoint_load(&arena, store, id, &endpoint, err);
	if (r == -ENOENT) {
		err_reset(err);
		return 0;
	}
	if (r < 0)
		return r;
	for (unsigned i = 0; r == 0 && i < endpoint.link_count; i++)
		r = take_off(store, &endpoint, &endpoint.links[i], how, err);
	if (r == 0)
		r = firewall_delete(&endpoint, err);
	return r == 0 ? endpoint_forget(store, id, err) : r;
}
