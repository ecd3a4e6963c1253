/*
 * store.h - where networks and their state lie.
 *
 * Owns: the two folders and the paths in them:
 *   <CBOX_ROOT>/networks/<name>.json          what a network is (durable)
 *   <CBOX_RUN>/net/lock                       taken to create, remove or rebuild, never to attach
 *   <CBOX_RUN>/net/endpoints/<key>.json       what one container has (its intent record)
 *   <CBOX_RUN>/net/<name>/leases/<address>    -> key     (ipam.h)
 *   <CBOX_RUN>/net/<name>/names/<name>/<addresses> -> key (names.h)
 *   <CBOX_RUN>/net/<name>/dns.lock            held by the name server
 *   <CBOX_RUN>/net/<name>/ready               the network is complete on this host
 * where <key> is the start of a container's id (endpoint.h).
 * Does not own: the contents.
 */
#ifndef CBOX_NET_STORE_H
#define CBOX_NET_STORE_H

#include <stdbool.h>

#include "user/base/err.h"

#define NET_NAME_SIZE 64 /* of a network, with NUL */

struct net_store {
	int config_fd; /* <CBOX_ROOT>/networks */
	int run_fd;    /* <CBOX_RUN>/net */
	const char *run_path;
};

/* root and run are CBOX_ROOT and CBOX_RUN; run is borrowed. Folders are made when missing. */
int net_store_open(struct net_store *store, const char *root, const char *run, struct err *err);
void net_store_close(struct net_store *store);

#define NET_STORE_NONE       \
	{                    \
		-1, -1, NULL \
	}

static inline void cleanup_net_store_fn(struct net_store *store)
{
	net_store_close(store);
}
#define cleanup_net_store __attribute__((cleanup(cleanup_net_store_fn)))

/* The lock of everything that is rare; the fd is the lock. */
int net_store_lock(const struct net_store *store, struct err *err);

/* Opens <name>/<what> below the run folder, making it first with create. fd or -errno. */
int net_store_open_dir(const struct net_store *store, const char *network, const char *what,
		       bool create);

#endif
