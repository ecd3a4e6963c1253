/*
 * attach.h - putting a container on its networks, and taking it off again.
 *
 * Owns: the order of lease, record, veth, addresses, firewall elements and names; undoing all of
 * it; recovery. This is what the engine calls.
 * Does not own: the container's process; networks as such (network.h).
 *
 * The engine makes the namespace first (netns_create), attaches it, and only then starts the
 * container in it. Nothing of it has a name on the host but the veth's end, which the kernel removes
 * together with the namespace. What else exists, a record of the same id names:
 *
 *   lease (names its owner) → ports bound (die with the process) → record → veth, eth0, routes
 *   → firewall elements → names
 */
#ifndef CBOX_NET_ATTACH_H
#define CBOX_NET_ATTACH_H

#include "runtime/net/endpoint.h"
#include "runtime/net/netns.h"
#include "runtime/net/network.h"

/* One network a container is to be on. */
struct net_request {
	const char *network; /* NULL: the default one */
	struct ip ips[2];    /* wanted IPv4 and IPv6 address; family 0: any */
	bool has_mac;
	struct mac mac;
	const char *const *aliases; /* NULL-terminated; may be NULL */
};

struct net_options {
	const char *id;	  /* 64 hexadecimal digits */
	const char *name; /* of the container; becomes a DNS name */
	const struct net_request *requests;
	unsigned request_count;
	struct endpoint_port *ports; /* host ports that are 0 are filled in */
	unsigned port_count;
	const char *const *dns; /* name servers of this container; NULL: those of the host */
};

/*
 * Attaches ns. *endpoint (strings in arena or borrowed from options) is what the container got.
 * port_fds[port_count] hold the published ports: keep them open as long as the container lives.
 * On failure everything is undone. Returns 0 or -errno.
 */
int net_attach(const struct net_store *store, const struct netns *ns,
	       const struct net_options *options, struct arena *arena, struct endpoint *endpoint,
	       int *port_fds, struct err *err);

enum net_detach {
	NET_DETACH_NAMESPACE_DIES, /* the kernel removes the veth with the namespace */
	NET_DETACH_LINKS,	   /* delete the veth now; waits for the kernel some milliseconds */
};
/* Undoes what the record of id names. No record is success. */
int net_detach(const struct net_store *store, const char *id, enum net_detach how, struct err *err);

struct net_recovered {
	unsigned endpoints, leases, names, links;
};
/*
 * Detaches every container for which dead says so, releases leases and names without a record,
 * deletes veths of ours that belong to nobody, and rebuilds the firewall if there is any network.
 * dead is asked about keys: the first ENDPOINT_KEY_LEN digits of an id.
 */
int net_recover(const struct net_store *store, ipam_dead dead, void *context,
		struct net_recovered *recovered, struct err *err);

/* Makes a declared network exist on the host, with firewall and name server. */
int net_ensure(const struct net_store *store, struct nl *nl, struct network *network,
	       struct err *err);

/*
 * Removes a network: its bridge, run state and declaration. -EBUSY names a container that is on it.
 */
int net_remove(const struct net_store *store, const char *name, struct err *err);

#endif
