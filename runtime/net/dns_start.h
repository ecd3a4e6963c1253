/*
 * dns_start.h - seeing to it that a network's name server runs.
 *
 * Owns: starting libexec/cbox-dns for a network when none is running, sockets already bound.
 * Does not own: answering (dns_server.h).
 */
#ifndef CBOX_NET_DNS_START_H
#define CBOX_NET_DNS_START_H

#include "runtime/net/network.h"

/*
 * Starts the name server of network unless it runs or the network has none. Failure is reported
 * by a warning: a container without names is better than no container.
 */
void dns_start(const struct net_store *store, const struct network *network);

#endif
