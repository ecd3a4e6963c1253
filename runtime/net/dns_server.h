/*
 * dns_server.h - answering the containers of one network.
 *
 * Owns: what is answered from the names of the network, what is forwarded and to whom, matching
 * replies to queries, ending when no container is left.
 * Does not own: the wire format (dns_message.h), who adds names (names.h), being started
 * (dns_start.h).
 *
 * Nothing is cached and nothing is read ahead: names are looked up in the folder tree a container's
 * start writes. A query that is forwarded leaves from a socket of its own, connected to the name
 * server, with a random port and a random id: a forged reply has to guess both.
 */
#ifndef CBOX_NET_DNS_SERVER_H
#define CBOX_NET_DNS_SERVER_H

#include <stdbool.h>

#include "runtime/net/dns_message.h"
#include "runtime/net/store.h"

struct dns_server {
	int lock_fd; /* held while the server is alive */
	int udp_fd, tcp_fd;
	int network_fd;		 /* <CBOX_RUN>/net/<name> */
	struct net_store store;	 /* <CBOX_RUN>/net, for the records of containers */
	bool forward;		 /* false: internal network */
	int names_fd;		 /* names/ */
	const char *resolv_conf; /* where the host's name servers are listed */
	unsigned rotation;
};

/* Serves until the network has no container for a while. Returns 0 or -errno. */
int dns_serve(struct dns_server *server);

/*
 * Answers query from the network's own names. Returns the length of the answer, or 0: unknown here,
 * forward it (on an internal network: say that there is no such name).
 */
size_t dns_answer_local(struct dns_server *server, const uint8_t *data,
			const struct dns_query *query, uint8_t *answer, size_t size);

/*
 * Name servers for queries of client: its own (--dns) or the host's. Returns how many, at most
 * max.
 */
unsigned dns_upstream(const struct dns_server *server, const struct ip *client, struct ip *servers,
		      unsigned max);

/* Serves one TCP connection to its end; in a process of its own (dns_tcp.c). */
void dns_serve_tcp(struct dns_server *server, int client, const struct ip *address);

#endif
