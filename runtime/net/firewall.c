/*
 * firewall.c - elements of networks and containers, and the rebuild. See firewall.h.
 */
#include "runtime/net/firewall.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/net/link.h"
#include "runtime/net/network.h"
#include "user/base/cleanup.h"

/* Keys and values, in the layout of registers. */
struct key_same {
	char in[IFNAMSIZ], out[IFNAMSIZ];
};
struct key_legal4 {
	char port[IFNAMSIZ];
	uint8_t mac[8];
	uint8_t ip[4];
};
struct key_legal6 {
	char port[IFNAMSIZ];
	uint8_t ip[16];
};
struct protocol_port {
	uint8_t protocol, pad[3];
	uint16_t port, pad2;
};

static void change_legal(struct nl *nl, enum nft_element_change change,
			 const struct endpoint_link *link)
{
	if (link->addresses[0].ip.family) {
		struct key_legal4 key = { 0 };

		memcpy(key.port, link->host_name, strlen(link->host_name));
		memcpy(key.mac, link->mac.bytes, sizeof(link->mac.bytes));
		memcpy(key.ip, link->addresses[0].ip.bytes, sizeof(key.ip));
		nft_change_element(nl, &firewall_bridge, &firewall_sets.legal4, change, &key, NULL);
	}
	if (link->addresses[1].ip.family) {
		struct key_legal6 key = { 0 };

		memcpy(key.port, link->host_name, strlen(link->host_name));
		memcpy(key.ip, link->addresses[1].ip.bytes, sizeof(key.ip));
		nft_change_element(nl, &firewall_bridge, &firewall_sets.legal6, change, &key, NULL);
	}
}

/* The address a published port of this family leads to: of the first network that has one. */
static const struct ip *target(const struct endpoint *endpoint, uint8_t family)
{
	for (unsigned i = 0; i < endpoint->link_count; i++) {
		const struct ip *ip = &endpoint->links[i].addresses[family == AF_INET6].ip;

		if (ip->family)
			return ip;
	}
	return NULL;
}

static void change_port(struct nl *nl, enum nft_element_change change,
			const struct endpoint *endpoint, const struct endpoint_port *port)
{
	const struct ip *ip = target(endpoint, port->host_ip.family);
	struct protocol_port outer = { .protocol = port->protocol, .port = htons(port->host_port) };
	bool six = port->host_ip.family == AF_INET6, any = ip_is_any(&port->host_ip);
	size_t size = ip_size(&port->host_ip);
	uint16_t inner = htons(port->port);
	uint8_t key[24] = { 0 }, data[20] = { 0 };
	const struct nft_set *map = any ? (six ? &firewall_sets.any6 : &firewall_sets.any4)
					: (six ? &firewall_sets.ports6 : &firewall_sets.ports4);

	if (!ip)
		return; /* the container has no address of this family to lead to */
	memcpy(key, port->host_ip.bytes, any ? 0 : size);
	memcpy(key + (any ? 0 : size), &outer, sizeof(outer));
	memcpy(data, ip->bytes, size);
	memcpy(data + size, &inner, sizeof(inner));
	nft_change_element(nl, &firewall_inet, map, change, key, data);
}

/* A container that publishes ports may want to reach them itself. */
static void change_self(struct nl *nl, enum nft_element_change change,
			const struct endpoint_link *link)
{
	const struct nft_set *sets[] = { &firewall_sets.self4, &firewall_sets.self6 };

	for (unsigned i = 0; i < 2; i++) {
		const struct ip *ip = &link->addresses[i].ip;
		uint8_t key[32];

		if (!ip->family)
			continue;
		memcpy(key, ip->bytes, ip_size(ip));
		memcpy(key + ip_size(ip), ip->bytes, ip_size(ip));
		nft_change_element(nl, &firewall_inet, sets[i], change, key, NULL);
	}
}

/* What does not depend on ports: who may speak for which address. */
static void change_addresses(struct nl *nl, enum nft_element_change change,
			     const struct endpoint *endpoint)
{
	for (unsigned i = 0; i < endpoint->link_count; i++)
		change_legal(nl, change, &endpoint->links[i]);
	for (unsigned i = 0; endpoint->port_count && i < endpoint->link_count; i++)
		change_self(nl, change, &endpoint->links[i]);
}

static void change_endpoint(struct nl *nl, enum nft_element_change change,
			    const struct endpoint *endpoint)
{
	change_addresses(nl, change, endpoint);
	for (unsigned i = 0; i < endpoint->port_count; i++)
		change_port(nl, change, endpoint, &endpoint->ports[i]);
}

static void add_network(struct nl *nl, const struct network *network)
{
	struct key_same same = { 0 };

	memcpy(same.in, network->bridge, sizeof(same.in));
	memcpy(same.out, network->bridge, sizeof(same.out));
	nft_change_element(nl, &firewall_inet, &firewall_sets.bridges, NFT_ELEMENT_ADD, same.in,
			   NULL);
	nft_change_element(nl, &firewall_inet, &firewall_sets.same, NFT_ELEMENT_ADD, &same, NULL);
	if (network->internal)
		nft_change_element(nl, &firewall_inet, &firewall_sets.internal, NFT_ELEMENT_ADD,
				   same.in, NULL);
}

/*
 * A record without its veth is of a container that is not plugged in yet, and will add its elements
 * itself, or of one that died, whose ports may have a new holder.
 */
static int add_record(const struct endpoint *endpoint, void *context)
{
	struct nl *nl = context;
	uint32_t index;

	for (unsigned i = 0; i < endpoint->link_count; i++)
		if (link_index(nl, endpoint->links[i].host_name, &index) < 0)
			return 0;
	change_endpoint(nl, NFT_ELEMENT_ADD, endpoint);
	return 0;
}

static int fill(const struct net_store *store, struct nl *nl, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	const char **names;
	int r = network_list(&arena, store, &names, err);

	for (; r == 0 && *names; names++) {
		struct network network;

		r = network_load(store, *names, &network, err);
		if (r == 0)
			add_network(nl, &network);
	}
	return r < 0 ? r : endpoint_each(store, add_record, nl, err);
}

/* Adding a table that is there is no error, so "add, delete, add" works from any state. */
static void replace_tables(struct nl *nl)
{
	nft_add_table(nl, &firewall_inet);
	nft_delete_table(nl, &firewall_inet);
	nft_add_table(nl, &firewall_bridge);
	nft_delete_table(nl, &firewall_bridge);
}

static int unsupported(int r, struct err *err)
{
	if (r == -EPERM || r == -EOPNOTSUPP || r == -EPROTONOSUPPORT)
		err_status(err, EXIT_UNSUPPORTED);
	return r < 0 ? err_wrap(err, "firewall") : 0;
}

int firewall_rebuild(const struct net_store *store, struct err *err)
{
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_NETFILTER, err);

	if (r < 0)
		return unsupported(r, err);
	nl_transaction_begin(&nl);
	replace_tables(&nl);
	firewall_put_rules(&nl);
	r = fill(store, &nl, err);
	if (r < 0)
		return r;
	nl_transaction_end(&nl);
	return unsupported(nl_commit(&nl, err), err);
}

/* One port in a transaction of its own. */
static int change_one_port(struct nl *nl, const struct endpoint *endpoint,
			   const struct endpoint_port *port, bool add, struct err *err)
{
	int r;

	nl_transaction_begin(nl);
	change_port(nl, NFT_ELEMENT_ADD, endpoint, port);
	if (!add)
		change_port(nl, NFT_ELEMENT_DELETE, endpoint, port);
	nl_transaction_end(nl);
	r = nl_commit(nl, err);
	if (r != -EEXIST)
		return r;
	err_reset(err);
	if (!add) /* it leads to somebody else, who holds the port now */
		return 0;
	/* the port is bound by us, so whoever left the element is dead */
	nl_transaction_begin(nl);
	change_port(nl, NFT_ELEMENT_DELETE, endpoint, port);
	change_port(nl, NFT_ELEMENT_ADD, endpoint, port);
	nl_transaction_end(nl);
	return nl_commit(nl, err);
}

/* The slow way, after -EEXIST: some port has an element that leads elsewhere. */
static int change_one_by_one(struct nl *nl, const struct endpoint *endpoint, bool add,
			     struct err *err)
{
	int r;

	err_reset(err);
	nl_transaction_begin(nl);
	change_addresses(nl, NFT_ELEMENT_ADD, endpoint);
	if (!add)
		change_addresses(nl, NFT_ELEMENT_DELETE, endpoint);
	nl_transaction_end(nl);
	r = nl_commit(nl, err);
	for (unsigned i = 0; r == 0 && i < endpoint->port_count; i++)
		r = change_one_port(nl, endpoint, &endpoint->ports[i], add, err);
	return r;
}

int firewall_add(const struct net_store *store, const struct endpoint *endpoint, struct err *err)
{
	cleanup_close int lock = -1;
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_NETFILTER, err);

	if (r < 0)
		return unsupported(r, err);
	nl_transaction_begin(&nl);
	change_endpoint(&nl, NFT_ELEMENT_ADD, endpoint);
	nl_transaction_end(&nl);
	r = nl_commit(&nl, err);
	if (r == -EEXIST)
		r = change_one_by_one(&nl, endpoint, true, err);
	if (r != -ENOENT)
		return unsupported(r, err);
	err_reset(err);
	lock = net_store_lock(store, err);
	return lock < 0 ? lock : firewall_rebuild(store, err);
}

int firewall_delete(const struct endpoint *endpoint, struct err *err)
{
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_NETFILTER, err);

	if (r < 0)
		return unsupported(r, err);
	nl_transaction_begin(&nl);
	/* what is not there cannot be deleted, so add it first: an element that exists stays */
	change_endpoint(&nl, NFT_ELEMENT_ADD, endpoint);
	change_endpoint(&nl, NFT_ELEMENT_DELETE, endpoint);
	nl_transaction_end(&nl);
	r = nl_commit(&nl, err);
	if (r == -EEXIST)
		r = change_one_by_one(&nl, endpoint, false, err);
	if (r == -ENOENT) { /* no table */
		err_reset(err);
		return 0;
	}
	return unsupported(r, err);
}

int firewall_remove(struct err *err)
{
	cleanup_nl struct nl nl;
	int r = nl_open(&nl, NETLINK_NETFILTER, err);

	if (r < 0)
		return unsupported(r, err);
	nl_transaction_begin(&nl);
	replace_tables(&nl);
	nl_transaction_end(&nl);
	return unsupported(nl_commit(&nl, err), err);
}
