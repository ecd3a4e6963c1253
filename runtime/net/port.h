/*
 * port.h - published ports: what the user wrote, and holding the port on the host.
 *
 * Owns: parsing -p, binding a socket to every published port, naming whoever holds one already.
 * Does not own: translating packets (firewall.h).
 *
 * A published port is held by a bound socket that nobody listens on. The kernel then refuses it to
 * every other program and container, wildcard and specific addresses against each other included,
 * and gives it back when the last process that holds it dies, however it dies.
 */
#ifndef CBOX_NET_PORT_H
#define CBOX_NET_PORT_H

#include "runtime/net/endpoint.h"

/*
 * Reads "[IP:][HOST[-HOST]:]CONT[-CONT][/tcp|/udp]" and appends what it means to ports, in arena.
 * Without IP: 127.0.0.1. Without HOST, or with 0: a port the kernel chooses, host_port 0.
 * IPv6 addresses are in brackets.
 */
int port_parse(struct arena *arena, const char *text, struct endpoint_port **ports, unsigned *count,
	       struct err *err);

/*
 * Binds one socket a port, O_CLOEXEC, into fds[count], and fills in host ports that are 0.
 * -EADDRINUSE names the holder: a container of ours, or a process. On failure all are closed.
 */
int port_reserve(const struct net_store *store, struct endpoint_port *ports, unsigned count,
		 int *fds, struct err *err);

/* "127.0.0.1:8080->80/tcp"; returns buf. */
#define PORT_TEXT_SIZE (IP_TEXT_SIZE + 32)
char *port_format(const struct endpoint_port *port, char *buf);

#endif
