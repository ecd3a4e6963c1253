/*
 * netns.h - network namespaces by fd, and sockets inside them.
 *
 * Owns: making a network namespace that has no name anywhere (it dies with its last fd or
 * process, so a crash leaves nothing), and opening sockets in another namespace.
 * Does not own: what is configured inside (link.h).
 *
 * All calls change the calling thread's namespace for a few microseconds and change it back.
 * A socket stays in the namespace it was made in, so nothing has to run inside afterwards.
 *
 * See: network_namespaces(7), setns(2), unshare(2).
 */
#ifndef CBOX_NET_NETNS_H
#define CBOX_NET_NETNS_H

#include "user/base/err.h"

/* A namespace and an rtnetlink socket in it, both O_CLOEXEC. */
struct netns {
	int fd;
	int socket;
};

/* Makes a new namespace. 0 or -errno with nothing left behind. */
int netns_create(struct netns *ns, struct err *err);

/* Opens an rtnetlink socket in the namespace fd, which stays the caller's. Sets ns->fd to -1. */
int netns_open_socket(int fd, struct netns *ns, struct err *err);

/* Closes what is open. Safe on { -1, -1 }. */
void netns_close(struct netns *ns);

#define NETNS_NONE     \
	{              \
		-1, -1 \
	}

static inline void cleanup_netns_fn(struct netns *ns)
{
	netns_close(ns);
}
#define cleanup_netns __attribute__((cleanup(cleanup_netns_fn)))

#endif
