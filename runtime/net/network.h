/*
 * network.h - what a network is, and making it exist on the host.
 *
 * Owns: struct network, its JSON file, choosing free subnets, creating and removing the bridge with
 * its addresses and settings.
 * Does not own: containers on it (attach.h), packet filtering (firewall.h).
 *
 * Networks are declared once and made on the host by the first container that needs them, so a
 * reboot needs no service that restores them.
 */
#ifndef CBOX_NET_NETWORK_H
#define CBOX_NET_NETWORK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/net/ipam.h"
#include "runtime/net/netlink.h"
#include "runtime/net/store.h"
#include "user/base/arena.h"
#include "user/base/json.h"
#include "user/base/json_write.h"

#define NETWORK_DEFAULT "bridge" /* name of the default network; its device is cbox0 */
#define NETWORK_MAX_PEERS 64

enum network_driver { NETWORK_BRIDGE, NETWORK_OVERLAY };

struct network {
	char name[NET_NAME_SIZE];
	char bridge[IFNAMSIZ];
	enum network_driver driver;
	struct ipam_pool pools[2]; /* IPv4, IPv6; subnet.ip.family 0 when there is none */
	uint32_t mtu;		   /* 0: the kernel's default, 1500 */
	bool internal;		   /* no way out, no way in from other networks */
	bool no_dns;
	uint64_t created_ns; /* since the epoch */
	/* NETWORK_OVERLAY */
	uint32_t vni;
	uint16_t vxlan_port;   /* 0: 4789 */
	struct ip vxlan_local; /* address of this host; family 0: by route */
	struct ip peers[NETWORK_MAX_PEERS];
	unsigned peer_count;
	uint32_t bridge_index; /* known after network_activate() */
};

/* A network's name: 1-63 of [A-Za-z0-9_.-], starting with a letter or digit. */
bool network_name_is_valid(const char *name);

/* Reads a network. -ENOENT when there is none of this name. */
int network_load(const struct net_store *store, const char *name, struct network *network,
		 struct err *err);

/*
 * Declares a network: fills in bridge name and the subnets that are missing, and writes its file.
 * ipv6: also give it an IPv6 subnet when it has none. -EEXIST when there is one of this name.
 */
int network_create(const struct net_store *store, struct network *network, bool ipv6,
		   struct err *err);

/* The default network, declared on first use. */
int network_load_default(const struct net_store *store, struct network *network, struct err *err);

/* Removes the declaration. */
int network_forget(const struct net_store *store, const char *name, struct err *err);

/* Names of all networks, sorted, NULL-terminated, in arena. */
int network_list(struct arena *arena, const struct net_store *store, const char ***names,
		 struct err *err);

/*
 * Is the network complete on this host? Then bridge_index is filled in. Two system calls, no lock:
 * what every start but the first one costs.
 */
bool network_is_ready(const struct net_store *store, const struct nl *nl, struct network *network);

/*
 * Makes folders, bridge, addresses and settings, whatever of them is missing; fills in
 * bridge_index. nl is an rtnetlink socket in the host's namespace; the store's lock is held.
 * The caller adds the firewall and the name server and then calls network_set_ready().
 */
int network_activate(const struct net_store *store, struct nl *nl, struct network *network,
		     struct err *err);
int network_set_ready(const struct net_store *store, const struct network *network,
		      struct err *err);

/* Removes bridge and run state. */
int network_deactivate(const struct net_store *store, struct nl *nl, const struct network *network,
		       struct err *err);

/* Is IPv6 switched on in this namespace? */
bool network_host_has_ipv6(void);

/* JSON form of the file (network_json.c). */
void network_write_json(const struct network *network, struct json_writer *w);
int network_read_json(const struct json *root, struct network *network, struct err *err);

#endif
