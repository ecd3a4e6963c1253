/*
 * port_holder.h - who holds a port: for the error that says so.
 *
 * Owns: looking through our records and the kernel's socket tables.
 * Does not own: holding ports (port.h).
 *
 * See: proc(5) on /proc/net/tcp.
 */
#ifndef CBOX_NET_PORT_HOLDER_H
#define CBOX_NET_PORT_HOLDER_H

#include "runtime/net/endpoint.h"

/* "container 'web'", "nginx (pid 42)" or "an unknown process" into buf; returns buf. */
const char *port_holder(const struct net_store *store, const struct endpoint_port *port, char *buf,
			size_t size);

/*
 * Inode of the socket that a line of /proc/net/{tcp,udp}{,6} shows for local port, 0 if the line is
 * of another port or of no listener and no unconnected socket.
 */
unsigned long port_holder_inode(const char *line, uint16_t port);

#endif
