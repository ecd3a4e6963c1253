/*
 * hosts.h - the contents of /etc/hosts and /etc/resolv.conf of a container.
 *
 * Owns: the text. Does not own: where the files lie and how they get into the container.
 *
 * See: hosts(5), resolv.conf(5).
 */
#ifndef CBOX_NET_HOSTS_H
#define CBOX_NET_HOSTS_H

#include "runtime/net/endpoint.h"
#include "user/base/str.h"

/*
 * localhost, the container's own addresses with hostname and name, the host as
 * host.docker.internal and host.containers.internal, and extra lines ("NAME:ADDRESS", where
 * ADDRESS may be "host-gateway"). endpoint may be NULL: no network. 0 or -EINVAL for a bad extra.
 */
int hosts_write(struct strbuf *out, const struct endpoint *endpoint, const char *hostname,
		const char *const *extra, struct err *err);

struct resolv_options {
	const char *const *servers; /* NULL: see below */
	const char *const *search, *const *options;
	const char
		*host_text; /* the host's resolv.conf, for search and options that are not given */
};

/*
 * On a network: its gateways' name servers, one for each network with one; servers are asked by
 * those. Without any (endpoint NULL): servers, or what host_text lists.
 */
void resolv_write(struct strbuf *out, const struct endpoint *endpoint,
		  const struct resolv_options *options);

#endif
