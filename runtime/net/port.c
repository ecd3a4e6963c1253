/*
 * port.c - see port.h.
 */
#include "runtime/net/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/net/port_holder.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

#define MAX_PORTS 65536

struct range {
	uint32_t first, last;
};

/* "80" or "80-90". */
static int parse_range(const char *text, size_t len, struct range *range)
{
	char buf[16], *dash;

	if (len == 0 || len >= sizeof(buf))
		return -EINVAL;
	memcpy(buf, text, len);
	buf[len] = '\0';
	dash = strchr(buf, '-');
	if (dash)
		*dash = '\0';
	if (num_u32(buf, &range->first) < 0 || num_u32(dash ? dash + 1 : buf, &range->last) < 0 ||
	    range->last > UINT16_MAX || range->first > range->last)
		return -EINVAL;
	return 0;
}

static int append(struct arena *arena, struct endpoint_port **ports, unsigned *count,
		  const struct endpoint_port *port)
{
	if ((*count & (*count - 1)) == 0) { /* full at every power of two */
		struct endpoint_port *grown = arena_calloc(arena, *count ? 2 * (size_t)*count : 1,
							   sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		if (*count)
			memcpy(grown, *ports, *count * sizeof(*grown));
		*ports = grown;
	}
	(*ports)[(*count)++] = *port;
	return 0;
}

/* Cuts "IP:" or "[IP]:" off the front of *text, if it has an address. */
static int parse_host_ip(const char **text, size_t *len, struct ip *ip)
{
	const char *start = *text, *colon, *end;
	char buf[IP_TEXT_SIZE];

	if (*start == '[') {
		end = memchr(++start, ']', *len - 1);
		if (!end || end[1] != ':')
			return -EINVAL;
		colon = end + 1;
	} else {
		colon = memchr(start, ':', *len);
		/* one colon only: HOST:CONT */
		if (!colon || !memchr(colon + 1, ':', *len - (size_t)(colon + 1 - *text)))
			return 0;
		end = colon;
	}
	if ((size_t)(end - start) >= sizeof(buf))
		return -EINVAL;
	memcpy(buf, start, (size_t)(end - start));
	buf[end - start] = '\0';
	*len -= (size_t)(colon + 1 - *text);
	*text = colon + 1;
	return ip_parse(buf, ip);
}

static int parse(const char *text, struct endpoint_port *port, struct range *host,
		 struct range *inner)
{
	size_t len = strcspn(text, "/");
	const char *protocol = text[len] ? text + len + 1 : "tcp", *colon;

	*port = (struct endpoint_port){ .host_ip = { AF_INET, { 127, 0, 0, 1 } } };
	*host = (struct range){ 0, 0 };
	if (str_eq(protocol, "udp"))
		port->protocol = IPPROTO_UDP;
	else if (str_eq(protocol, "tcp"))
		port->protocol = IPPROTO_TCP;
	else
		return -EINVAL;
	if (parse_host_ip(&text, &len, &port->host_ip) < 0)
		return -EINVAL;
	colon = memchr(text, ':', len);
	if (colon && colon != text && parse_range(text, (size_t)(colon - text), host) < 0)
		return -EINVAL;
	if (colon) {
		len -= (size_t)(colon + 1 - text);
		text = colon + 1;
	}
	if (parse_range(text, len, inner) < 0 || inner->first == 0)
		return -EINVAL;
	if (host->last && host->last - host->first != inner->last - inner->first)
		return -ERANGE;
	return host->last && host->first == 0 ? -EINVAL : 0;
}

int port_parse(struct arena *arena, const char *text, struct endpoint_port **ports, unsigned *count,
	       struct err *err)
{
	struct endpoint_port port;
	struct range host, inner;
	int r = parse(text, &port, &host, &inner);

	if (r == -ERANGE)
		return err_set(err, EINVAL, "port '%s': the two ranges differ in length", text);
	if (r < 0) {
		err_set(err, EINVAL, "port '%s' is not understood", text);
		return err_hint(err, "[IP:][HOST:]CONTAINER[/udp], each a port or FIRST-LAST");
	}
	if (*count + inner.last - inner.first >= MAX_PORTS)
		return err_set(err, E2BIG, "more than %d ports", MAX_PORTS);
	for (uint32_t i = 0; i <= inner.last - inner.first; i++) {
		port.port = (uint16_t)(inner.first + i);
		port.host_port = host.last ? (uint16_t)(host.first + i) : 0;
		if (append(arena, ports, count, &port) < 0)
			return err_num(err, ENOMEM, "read port '%s'", text);
	}
	return 0;
}

char *port_format(const struct endpoint_port *port, char *buf)
{
	char ip[IP_TEXT_SIZE];
	bool six = port->host_ip.family == AF_INET6;

	fmt_string(buf, PORT_TEXT_SIZE, "%s%s%s:%u->%u/%s", six ? "[" : "",
		   ip_format(&port->host_ip, ip), six ? "]" : "", port->host_port, port->port,
		   endpoint_protocol_name(port->protocol));
	return buf;
}

static socklen_t socket_address(const struct endpoint_port *port, struct sockaddr_storage *storage)
{
	memset(storage, 0, sizeof(*storage));
	if (port->host_ip.family == AF_INET6) {
		struct sockaddr_in6 *six = (void *)storage;

		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port->host_port);
		memcpy(&six->sin6_addr, port->host_ip.bytes, 16);
		return sizeof(*six);
	}
	struct sockaddr_in *four = (void *)storage;

	four->sin_family = AF_INET;
	four->sin_port = htons(port->host_port);
	memcpy(&four->sin_addr, port->host_ip.bytes, 4);
	return sizeof(*four);
}

static int reserve(struct endpoint_port *port)
{
	struct sockaddr_storage address;
	socklen_t len = socket_address(port, &address);
	int type = port->protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM, on = 1;
	int fd = socket(port->host_ip.family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (port->host_ip.family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	/* sin_port and sin6_port are at the same place */
	port->host_port = ntohs(((struct sockaddr_in *)(void *)&address)->sin_port);
	return fd;
}

static int refused(const struct net_store *store, const struct endpoint_port *port, int number,
		   struct err *err)
{
	char ip[IP_TEXT_SIZE], holder[256];

	ip_format(&port->host_ip, ip);
	if (number != -EADDRINUSE)
		return err_num(err, number, "publish port %u on %s", port->host_port, ip);
	return err_set(err, EADDRINUSE, "port %u/%s on %s is in use by %s", port->host_port,
		       endpoint_protocol_name(port->protocol), ip,
		       port_holder(store, port, holder, sizeof(holder)));
}

int port_reserve(const struct net_store *store, struct endpoint_port *ports, unsigned count,
		 int *fds, struct err *err)
{
	for (unsigned i = 0; i < count; i++) {
		fds[i] = reserve(&ports[i]);
		if (fds[i] >= 0)
			continue;
		refused(store, &ports[i], fds[i], err);
		while (i-- > 0)
			close(fds[i]);
		return err ? -err->number : -EADDRINUSE;
	}
	return 0;
}
