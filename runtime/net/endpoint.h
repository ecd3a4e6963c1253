/*
 * endpoint.h - what one container has on the network, as a record that outlives its engine.
 *
 * Owns: struct endpoint and its file endpoints/<key>.json. The file is written before veth, firewall
 * elements and names exist and removed after they are gone: whatever a SIGKILL leaves behind is
 * named in it. `ps`, `inspect` and the firewall's rebuild read it too.
 * Does not own: making or undoing what it names (attach.h).
 */
#ifndef CBOX_NET_ENDPOINT_H
#define CBOX_NET_ENDPOINT_H

#include <net/if.h>
#include <stdbool.h>

#include "runtime/net/address.h"
#include "runtime/net/store.h"
#include "user/base/arena.h"
#include "user/base/json.h"
#include "user/base/json_write.h"

#define ENDPOINT_MAX_NETWORKS 16

/*
 * Leases, names and records are keyed by the first digits of a container's id: 128 random bits, and
 * short enough for ext4 to keep a symbolic link to it in the inode.
 */
#define ENDPOINT_KEY_LEN 32
#define ENDPOINT_KEY_SIZE (ENDPOINT_KEY_LEN + 1)
void endpoint_key(const char *id, char *key);

/* A published port. One of these becomes one firewall element. */
struct endpoint_port {
	struct ip host_ip; /* 0.0.0.0 and :: mean every address of the host */
	uint16_t host_port, port;
	uint8_t protocol; /* IPPROTO_TCP, IPPROTO_UDP */
};

/* One interface of the container. */
struct endpoint_link {
	const char *network, *bridge;
	char host_name[IFNAMSIZ]; /* the veth's end on the bridge */
	char name[IFNAMSIZ];	  /* inside: eth0, eth1, … */
	struct mac mac;
	struct prefix addresses[2]; /* IPv4, IPv6; family 0 when there is none */
	struct ip gateways[2];
	const char *const *aliases; /* NULL-terminated; may be NULL */
	bool internal;
};

struct endpoint {
	const char *id, *name;
	const char *const *dns; /* name servers of its own, NULL-terminated; NULL: the host's */
	struct endpoint_link links[ENDPOINT_MAX_NETWORKS];
	unsigned link_count;
	struct endpoint_port *ports;
	unsigned port_count;
};

/* Writes the record. */
int endpoint_save(const struct net_store *store, const struct endpoint *endpoint, struct err *err);

/* Reads the record of an id or key; strings live in arena. -ENOENT when there is none. */
int endpoint_load(struct arena *arena, const struct net_store *store, const char *id,
		  struct endpoint *endpoint, struct err *err);

int endpoint_forget(const struct net_store *store, const char *id, struct err *err);

/*
 * Calls each for every record; a negative return ends the walk. A record that cannot be read is
 * reported by a warning and passed over.
 */
int endpoint_each(const struct net_store *store,
		  int (*each)(const struct endpoint *endpoint, void *context), void *context,
		  struct err *err);

void endpoint_write_json(const struct endpoint *endpoint, struct json_writer *w);
int endpoint_read_json(struct arena *arena, const struct json *root, struct endpoint *endpoint,
		       struct err *err);

/* "tcp" or "udp". */
const char *endpoint_protocol_name(uint8_t protocol);

#endif
