/*
 * link.h - network interfaces, addresses and routes as messages of an rtnetlink batch.
 *
 * Owns: veth pairs, bridges, VXLAN devices, addresses and routes in the forms containers need.
 * The link_add_* and link_set_* calls only add to the batch; nl_commit() makes them happen.
 * Does not own: names, numbers and order (attach.h, network.h).
 *
 * IPv6 on the host's end of a veth is noise: link-local addresses, duplicate address detection and
 * multicast reports for every port of a bridge make the 1,000th one thirty times as slow. No
 * address is generated for a port, and eth0 inside gets exactly the addresses it was given.
 *
 * See: rtnetlink(7), kernel Documentation/networking/bridge.rst, include/uapi/linux/if_link.h.
 */
#ifndef CBOX_NET_LINK_H
#define CBOX_NET_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/net/address.h"
#include "runtime/net/netlink.h"

struct link_veth {
	const char *host_name; /* the end in this namespace */
	const char *peer_name; /* the end in peer_netns */
	int peer_netns;	       /* fd; -1: this namespace too */
	uint32_t master;       /* index of the bridge of the host's end; 0 for none */
	uint32_t mtu;	       /* 0: the kernel's default */
	const struct mac *mac; /* of the peer; NULL: random */
};

/* Both ends are down when made. */
void link_add_veth(struct nl *nl, const struct link_veth *veth);

/* A bridge, down. mac NULL: the kernel's choice, which then follows its ports. */
void link_add_bridge(struct nl *nl, const char *name, uint32_t mtu, const struct mac *mac);

struct link_vxlan {
	const char *name;
	uint32_t vni;
	struct ip local; /* family 0: the kernel chooses by route */
	uint16_t port;	 /* UDP, 0: 4789 */
	uint32_t master, mtu;
	bool learning;
};
void link_add_vxlan(struct nl *nl, const struct link_vxlan *vxlan);
/* Frames for mac (NULL: for everybody unknown) leave a VXLAN device towards host. */
void link_add_vxlan_peer(struct nl *nl, uint32_t index, const struct mac *mac,
			 const struct ip *host);

enum link_ipv6 {
	LINK_IPV6_KEEP, /* leave address generation alone */
	LINK_IPV6_BARE, /* generate no address: only those that are added */
};
void link_set_up(struct nl *nl, const char *name, enum link_ipv6 ipv6);
/*
 * Lets a bridge send a frame back through the port it came in by. With br_netfilter a container's
 * way to a published port of its own is such a frame.
 */
void link_set_hairpin(struct nl *nl, const char *port);
void link_set_name(struct nl *nl, uint32_t index, const char *name);
void link_delete(struct nl *nl, const char *name);

/* Usable at once: no duplicate address detection. */
void link_add_address(struct nl *nl, uint32_t index, const struct prefix *address);
void link_add_default_route(struct nl *nl, uint32_t index, const struct ip *gateway);

/* Index of name in the namespace the socket is in; -ENODEV when there is none. */
int link_index(const struct nl *nl, const char *name, uint32_t *index);

struct link_info {
	const char *name;
	const char *kind; /* "veth", "bridge"; "" for hardware */
	uint32_t index, master, mtu, flags;
	const struct mac *mac;
};
/* Calls each for every interface of the namespace; a negative return ends the walk. */
int link_list(struct nl *nl, int (*each)(const struct link_info *link, void *context),
	      void *context, struct err *err);

/* Writes a setting below /proc/sys/net/, of this thread's namespace. 0 or -errno. */
int link_sysctl(const char *path, const char *value);

#endif
