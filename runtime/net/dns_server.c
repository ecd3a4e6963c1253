/*
 * dns_server.c - the loop: queries in, answers out, forwarded queries in between. See dns_server.h.
 */
#include "runtime/net/dns_server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"

#define MAX_FORWARDED 128
#define MAX_TCP 16
#define MAX_SERVERS 3
#define ROUNDS 2
#define TRY_NS 2000000000ULL
#define IDLE_CHECK_MS 5000

/* A query that waits for somebody else's answer. */
struct forwarded {
	int fd; /* connected to the name server; -1: free slot */
	uint16_t id;
	unsigned attempt;
	uint64_t deadline_ns;
	struct sockaddr_in client;
	size_t len;
	uint8_t data[DNS_UDP_SIZE]; /* the query as the client sent it */
};

struct loop {
	struct dns_server *server;
	struct forwarded forwarded[MAX_FORWARDED];
	unsigned tcp_children;
};

static struct ip client_ip(const struct sockaddr_in *client)
{
	struct ip ip = { .family = AF_INET };

	memcpy(ip.bytes, &client->sin_addr, 4);
	return ip;
}

static void reply(const struct loop *loop, const struct sockaddr_in *client, const uint8_t *data,
		  size_t len)
{
	/* a full socket buffer loses a datagram, as a full wire would: the client asks again */
	(void)!sendto(loop->server->udp_fd, data, len, MSG_DONTWAIT,
		      (const struct sockaddr *)client, sizeof(*client));
}

static void fail(const struct loop *loop, const struct forwarded *f)
{
	uint8_t answer[DNS_UDP_SIZE + 16];
	struct dns_query query;

	if (dns_read_query(f->data, f->len, &query) == 0)
		reply(loop, &f->client, answer,
		      dns_write_error(f->data, &query, DNS_SERVER_FAILURE, answer, sizeof(answer)));
}

static int connect_server(const struct ip *ip)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(53) };
	bool v6 = ip->family == AF_INET6;
	int fd = socket(ip->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	memcpy(v6 ? (void *)&six.sin6_addr : (void *)&four.sin_addr, ip->bytes, ip_size(ip));
	/* connecting without binding first: the kernel picks a random source port */
	if (connect(fd, v6 ? (void *)&six : (void *)&four, v6 ? sizeof(six) : sizeof(four)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

/* Sends the query to the next server that takes it; gives up when all had their chance. */
static void try_next(struct loop *loop, struct forwarded *f)
{
	struct ip client = client_ip(&f->client), servers[MAX_SERVERS];
	unsigned count = dns_upstream(loop->server, &client, servers, MAX_SERVERS);

	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	while (count && f->attempt < ROUNDS * count) {
		uint8_t data[DNS_UDP_SIZE];
		int fd = connect_server(&servers[f->attempt++ % count]);

		if (fd < 0)
			continue;
		memcpy(data, f->data, f->len);
		if (getrandom(&f->id, sizeof(f->id), 0) == sizeof(f->id)) {
			data[0] = (uint8_t)(f->id >> 8);
			data[1] = (uint8_t)f->id;
			if (send(fd, data, f->len, MSG_DONTWAIT) == (ssize_t)f->len) {
				f->fd = fd;
				f->deadline_ns = clock_ns(CLOCK_MONOTONIC) + TRY_NS;
				return;
			}
		}
		close(fd);
	}
	fail(loop, f);
}

static void forward(struct loop *loop, const uint8_t *data, size_t len,
		    const struct sockaddr_in *client)
{
	struct forwarded *slot = NULL;

	if (len > sizeof(slot->data))
		return;
	for (unsigned i = 0; i < MAX_FORWARDED; i++) {
		struct forwarded *f = &loop->forwarded[i];

		if (f->fd < 0) {
			slot = f;
			break;
		}
		if (!slot || f->deadline_ns < slot->deadline_ns)
			slot = f; /* all busy: the oldest has waited longest in vain */
	}
	if (slot->fd >= 0) {
		fail(loop, slot);
		close(slot->fd);
		slot->fd = -1;
	}
	slot->attempt = 0;
	slot->client = *client;
	slot->len = len;
	memcpy(slot->data, data, len);
	try_next(loop, slot);
}

static void serve_udp(struct loop *loop)
{
	uint8_t data[DNS_EDNS_SIZE], answer[DNS_EDNS_SIZE];
	struct sockaddr_in client;
	socklen_t size = sizeof(client);
	struct dns_query query;
	ssize_t n = recvfrom(loop->server->udp_fd, data, sizeof(data), MSG_DONTWAIT,
			     (struct sockaddr *)&client, &size);
	size_t len;
	int r;

	if (n <= 0)
		return;
	r = dns_read_query(data, (size_t)n, &query);
	if (r < 0)
		return;
	if (r > 0) {
		query.question_len = 0;
		reply(loop, &client, answer,
		      dns_write_error(data, &query, (enum dns_rcode)r, answer, sizeof(answer)));
		return;
	}
	len = dns_answer_local(loop->server, data, &query, answer, query.udp_size);
	if (!len && loop->server->forward) {
		forward(loop, data, (size_t)n, &client);
		return;
	}
	if (!len)
		len = dns_write_error(data, &query, DNS_NO_SUCH_NAME, answer, query.udp_size);
	reply(loop, &client, answer, len);
}

/* True when the query is dealt with, one way or the other; false: go on waiting. */
static bool receive_reply(struct loop *loop, struct forwarded *f)
{
	uint8_t data[DNS_EDNS_SIZE];
	struct dns_query query;
	ssize_t n = recv(f->fd, data, sizeof(data), MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR) { /* port unreachable and the like */
		try_next(loop, f);
		return true;
	}
	if (n < 0)
		return true;
	if (dns_read_query(f->data, f->len, &query) != 0 ||
	    !dns_is_reply(data, (size_t)n, f->id, f->data + DNS_HEADER_SIZE, query.question_len))
		return false; /* forged or late */
	memcpy(data, f->data, 2);
	reply(loop, &f->client, data, (size_t)n);
	close(f->fd);
	f->fd = -1;
	return true;
}

/* Forged replies come in floods: many at a turn, so that the true one finds room. */
static void serve_forwarded(struct loop *loop, struct forwarded *f)
{
	for (int i = 0; i < 256 && !receive_reply(loop, f); i++)
		;
}

/* TCP is rare (answers over 1,232 bytes): a process a connection, which may block. */
static void accept_tcp(struct loop *loop)
{
	struct sockaddr_in address;
	socklen_t size = sizeof(address);
	cleanup_close int client = accept4(loop->server->tcp_fd, (struct sockaddr *)&address, &size,
					   SOCK_CLOEXEC);
	pid_t pid;

	if (client < 0 || loop->tcp_children == MAX_TCP)
		return;
	pid = fork();
	if (pid == 0) {
		struct ip ip = client_ip(&address);

		close(loop->server->lock_fd); /* the lock is the server's, not its children's */
		dns_serve_tcp(loop->server, client, &ip);
		_exit(0);
	}
	loop->tcp_children += pid > 0;
}

static void reap(struct loop *loop)
{
	while (loop->tcp_children && waitpid(-1, NULL, WNOHANG) > 0)
		loop->tcp_children--;
}

static bool has_leases(const struct dns_server *server)
{
	int fd = openat(server->network_fd, "leases", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			return true;
	return false;
}

/*
 * The last container is gone. A new one leases first and looks for the lock afterwards, so the
 * lock is given up before the leases are looked at once more: one of the two sees the other.
 */
static bool may_end(const struct dns_server *server)
{
	if (has_leases(server))
		return false;
	flock(server->lock_fd, LOCK_UN);
	return !has_leases(server) || flock(server->lock_fd, LOCK_EX | LOCK_NB) < 0;
}

static int wait_for_work(struct loop *loop, struct pollfd *fds, struct forwarded **owners,
			 unsigned *count)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC), next = now + IDLE_CHECK_MS * 1000000ULL;
	int n;

	*count = 2;
	fds[0] = (struct pollfd){ .fd = loop->server->udp_fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = loop->server->tcp_fd, .events = POLLIN };
	for (unsigned i = 0; i < MAX_FORWARDED; i++) {
		struct forwarded *f = &loop->forwarded[i];

		if (f->fd < 0)
			continue;
		if (f->deadline_ns < next)
			next = f->deadline_ns;
		owners[*count] = f;
		fds[(*count)++] = (struct pollfd){ .fd = f->fd, .events = POLLIN };
	}
	n = poll(fds, *count, next > now ? (int)((next - now) / 1000000) + 1 : 0);
	return n < 0 && errno != EINTR ? -errno : n;
}

int dns_serve(struct dns_server *server)
{
	static struct loop loop;
	struct pollfd fds[MAX_FORWARDED + 2];
	struct forwarded *owners[MAX_FORWARDED + 2];
	uint64_t checked_ns = clock_ns(CLOCK_MONOTONIC);
	unsigned count;

	loop.server = server;
	for (unsigned i = 0; i < MAX_FORWARDED; i++)
		loop.forwarded[i].fd = -1;
	for (;;) {
		int n = wait_for_work(&loop, fds, owners, &count);
		uint64_t now = clock_ns(CLOCK_MONOTONIC);

		if (n < 0)
			return n;
		for (unsigned i = 2; n > 0 && i < count; i++)
			if (fds[i].revents && owners[i]->fd == fds[i].fd)
				serve_forwarded(&loop, owners[i]);
		for (unsigned i = 0; i < MAX_FORWARDED; i++)
			if (loop.forwarded[i].fd >= 0 && loop.forwarded[i].deadline_ns <= now)
				try_next(&loop, &loop.forwarded[i]);
		if (n > 0 && fds[0].revents)
			serve_udp(&loop);
		if (n > 0 && fds[1].revents)
			accept_tcp(&loop);
		reap(&loop);
		if (now - checked_ns >= IDLE_CHECK_MS * 1000000ULL) {
			if (may_end(server))
				return 0;
			checked_ns = now;
		}
	}
}
