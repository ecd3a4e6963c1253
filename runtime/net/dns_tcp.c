/*
 * dns_tcp.c - DNS over TCP: one client, one process, blocking. See dns_server.h, RFC 7766.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "runtime/net/dns_server.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"

#define TIMEOUT_S 5
#define MAX_SERVERS 3
#define MAX_QUERIES 100 /* on one connection */

static void set_timeouts(int fd)
{
	struct timeval timeout = { .tv_sec = TIMEOUT_S };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
}

/* A message behind its two-byte length into data (DNS_MAX_SIZE). Returns its length, 0 at the end. */
static size_t read_message(int fd, uint8_t *data)
{
	uint8_t prefix[2];
	size_t len;

	if (fd_read_full(fd, prefix, 2) != 2)
		return 0;
	len = (size_t)(prefix[0] << 8 | prefix[1]);
	return fd_read_full(fd, data, len) == (ssize_t)len ? len : 0;
}

static bool write_message(int fd, const uint8_t *data, size_t len)
{
	uint8_t prefix[2] = { (uint8_t)(len >> 8), (uint8_t)len };

	return fd_write_all(fd, prefix, 2) == 0 && fd_write_all(fd, data, len) == 0;
}

static int connect_server(const struct ip *ip)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(53) };
	bool v6 = ip->family == AF_INET6;
	cleanup_close int fd = socket(ip->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	set_timeouts(fd);
	memcpy(v6 ? (void *)&six.sin6_addr : (void *)&four.sin_addr, ip->bytes, ip_size(ip));
	if (connect(fd, v6 ? (void *)&six : (void *)&four, v6 ? sizeof(six) : sizeof(four)) < 0)
		return -1;
	return take_fd(&fd);
}

/* Asks upstream over TCP. Returns the length of the answer in answer, 0 when nobody answers. */
static size_t ask(struct dns_server *server, const struct ip *client, const uint8_t *data,
		  size_t len, const struct dns_query *query, uint8_t *answer)
{
	struct ip servers[MAX_SERVERS];
	unsigned count = dns_upstream(server, client, servers, MAX_SERVERS);

	for (unsigned i = 0; i < count; i++) {
		cleanup_close int fd = connect_server(&servers[i]);
		size_t n = fd >= 0 && write_message(fd, data, len) ? read_message(fd, answer) : 0;

		if (n &&
		    dns_is_reply(answer, n, query->id, data + DNS_HEADER_SIZE, query->question_len))
			return n;
	}
	return 0;
}

void dns_serve_tcp(struct dns_server *server, int client, const struct ip *address)
{
	cleanup_free uint8_t *data = malloc(DNS_MAX_SIZE);
	cleanup_free uint8_t *answer = malloc(DNS_MAX_SIZE);

	if (!data || !answer)
		return;
	set_timeouts(client);
	for (unsigned i = 0; i < MAX_QUERIES; i++) {
		struct dns_query query;
		size_t len = read_message(client, data), n;

		if (!len || dns_read_query(data, len, &query) != 0)
			return;
		n = dns_answer_local(server, data, &query, answer, DNS_MAX_SIZE);
		if (!n && server->forward)
			n = ask(server, address, data, len, &query, answer);
		if (!n)
			n = dns_write_error(data, &query,
					    server->forward ? DNS_SERVER_FAILURE : DNS_NO_SUCH_NAME,
					    answer, DNS_MAX_SIZE);
		if (!write_message(client, answer, n))
			return;
	}
}
