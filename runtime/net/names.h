/*
 * names.h - the names of a network's containers, as a folder tree.
 *
 * Owns: names/<name>/<IPv4>,<IPv6> -> <owner> of one network. The tree is the DNS responder's
 * database: it looks a name up with one opendir, so a container is resolvable the moment its entry
 * exists, nobody has to be told, and there is no cache that could be stale. A name of several
 * containers has several entries, which is what round robin is made of.
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

/*
 * Adds or removes one entry: an IPv4 and an IPv6 address, family 0 for none. dirfd is the network's
 * names folder. 0 or -errno, -EINVAL for what is no host name.
 */
int names_add(int dirfd, const char *name, const struct ip ips[2], const char *owner);
int names_remove(int dirfd, const char *name, const struct ip ips[2], const char *owner);

/*
 * Addresses of name, at most NAMES_MAX_ADDRESSES, in no order. Returns how many there are,
 * -ENOENT when nobody has the name.
 */
int names_addresses(int dirfd, const char *name, struct ip *ips);

/*
 * Removes every entry whose owner is dead, and names that become empty. For recovery.
 * Returns how many entries went, or -errno.
 */
int names_sweep(int dirfd, ipam_dead dead, void *context);

#endif
