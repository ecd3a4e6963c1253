/*
 * names.h - the names of a network's containers, as a folder tree.
 *
 * Owns: names/<name>/<address> -> <id> of one network. The tree is the DNS responder's database:
 * it looks a name up with one opendir, so a container is resolvable the moment its entry exists,
 * nobody has to be told, and there is no cache that could be stale. A name of several containers
 * has several addresses in it, which is what round robin is made of.
 * Does not own: the wire format (dns_message.h), leases (ipam.h).
 */
#ifndef CBOX_NET_NAMES_H
#define CBOX_NET_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/net/address.h"
#include "runtime/net/ipam.h"
#include "user/base/err.h"

#define NAMES_MAX_ADDRESSES 32
#define NAMES_NAME_SIZE 254 /* RFC 1035: 253 characters, and NUL */

/*
 * Lower-cases name into buf (NAMES_NAME_SIZE). False if it cannot be a host name: empty, a label
 * over 63 bytes, anything but letters, digits, '-', '_' and '.'.
 */
bool names_canonical(const char *name, char *buf);

/* Adds or removes one entry; dirfd is the network's names folder. 0 or -errno. */
int names_add(int dirfd, const char *name, const struct ip *ip, const char *owner);
int names_remove(int dirfd, const char *name, const struct ip *ip, const char *owner);

/*
 * Addresses of name, at most NAMES_MAX_ADDRESSES, in no order. Returns how many there are,
 * -ENOENT when nobody has the name.
 */
int names_lookup(int dirfd, const char *name, struct ip *ips);

/*
 * Removes every entry whose owner is dead, and names that become empty. For recovery.
 * Returns how many entries went, or -errno.
 */
int names_sweep(int dirfd, ipam_dead dead, void *context);

/*
 * What is kept by address, <folder>/<address> -> text: reverse/ (the host name, for PTR) and dns/
 * (the name servers of one container). Whoever holds the lease may write; text "" removes.
 */
int names_set_by_address(int dirfd, const struct ip *ip, const char *text);
/* Removes entries whose address is not leased. Returns how many, or -errno. */
int names_sweep_by_address(int parent, int leases_fd);

#endif
