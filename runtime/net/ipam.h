/*
 * ipam.h - which container holds which address, in a form no crash can damage.
 *
 * Owns: leases. A lease is one symbolic link, leases/<address> -> <owner>: symlink(2) makes it with
 * its owner in one atomic step and fails if it is there, so taking an address needs no lock, no
 * rewrite of a shared file, and a SIGKILL leaves either nothing or a lease that names its owner.
 * Does not own: deciding that an owner is dead (attach.h), the pools (network.h).
 *
 * The search starts at a hash of the owner, not at the lowest free address: in a pool that is
 * mostly free one symlink() suffices, and an address is not handed on the moment it is released.
 *
 * See: symlink(2).
 */
#ifndef CBOX_NET_IPAM_H
#define CBOX_NET_IPAM_H

#include "runtime/net/address.h"
#include "user/base/err.h"

#define IPAM_OWNER_SIZE 130

struct ipam_pool {
	struct prefix subnet; /* family 0: no pool */
	struct prefix range;  /* addresses to choose from; family 0: the whole subnet */
	struct ip gateway;
};

/*
 * Leases an address of pool to owner in the folder dirfd: wanted when it is given, else a free
 * one. The network's first and last address and the gateway are never leased.
 * -EADDRINUSE: wanted is taken, the holder is named. -ENOSPC: the pool is full.
 */
int ipam_lease(int dirfd, const struct ipam_pool *pool, const struct ip *wanted, const char *owner,
	       struct ip *leased, struct err *err);

/* Releases ip if owner holds it. 0, also when there is no such lease; -EPERM for another's. */
int ipam_release(int dirfd, const struct ip *ip, const char *owner);

/* Owner of a lease into owner (IPAM_OWNER_SIZE). 0, -ENOENT or -errno. */
int ipam_owner(int dirfd, const struct ip *ip, char *owner);

/* Says whether the holder of a lease is gone for good. */
typedef bool (*ipam_dead)(const char *owner, void *context);

/* Releases every lease whose owner is dead. Returns how many, or -errno. */
int ipam_sweep(int parent, ipam_dead dead, void *context);

#endif
