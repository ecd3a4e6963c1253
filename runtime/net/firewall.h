/*
 * firewall.h - our two nf_tables tables: published ports, masquerading, isolation.
 *
 * Owns: `table inet cbox` and `table bridge cbox`. Rules are fixed; everything that depends on
 * networks and containers is an element of a set or map, one a published port, so a start costs one
 * small transaction however many containers there are, and a packet one hash lookup.
 * Does not own: any other table; none is read or written.
 *
 * The whole content follows from the records of networks and endpoints. firewall_rebuild() puts it
 * there in one transaction, replacing what was there, so a flush by somebody else, an upgrade and
 * the leftovers of a crash are all repaired by the same call.
 *
 * See: nft(8); docs/network.md for the rules in nft's syntax.
 */
#ifndef CBOX_NET_FIREWALL_H
#define CBOX_NET_FIREWALL_H

#include "runtime/net/endpoint.h"
#include "runtime/net/nft.h"
#include "user/base/err.h"

/* Replaces both tables by what the records say. The store's lock is held. */
int firewall_rebuild(const struct net_store *store, struct err *err);

/*
 * Adds or deletes the elements of one container. When somebody has flushed our tables, adding
 * rebuilds them (the record is already written), and deleting has nothing to do.
 */
int firewall_add(const struct net_store *store, const struct endpoint *endpoint, struct err *err);
int firewall_delete(const struct endpoint *endpoint, struct err *err);

/* Deletes both tables; absent ones are success. */
int firewall_remove(struct err *err);

/* Sets, chains and rules, into an open transaction (firewall_rules.c). */
extern const struct nft_table firewall_inet, firewall_bridge;
struct firewall_sets {
	struct nft_set bridges;	       /* ifname: bridges of ours */
	struct nft_set internal;       /* ifname: those without a way out */
	struct nft_set same;	       /* ifname . ifname: a bridge and itself */
	struct nft_set ports4, ports6; /* host address . protocol . port : address . port */
	struct nft_set any4, any6;     /* protocol . port : address . port */
	struct nft_set self4, self6;   /* address . itself, of containers that publish ports */
	struct nft_set legal4;	       /* bridge port . MAC . IPv4: who may speak ARP for whom */
	struct nft_set legal6;	       /* bridge port . IPv6: likewise neighbour discovery */
};
extern const struct firewall_sets firewall_sets;
void firewall_put_rules(struct nl *nl);

#endif
