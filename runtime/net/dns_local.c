/*
 * dns_local.c - what the server knows by itself: names of the network, and whom to ask else.
 * See dns_server.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/net/dns_server.h"
#include "runtime/net/endpoint.h"
#include "runtime/net/ipam.h"
#include "runtime/net/names.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/str.h"

#define RESOLV_CONF_SIZE 4096

/* Round robin: each answer starts with the next address. */
static void rotate(struct ip *ips, unsigned count, unsigned by)
{
	struct ip copy[NAMES_MAX_ADDRESSES];

	memcpy(copy, ips, count * sizeof(*ips));
	for (unsigned i = 0; i < count; i++)
		ips[i] = copy[(i + by) % count];
}

/* The record of the container that holds ip: lease, key, record. 0 or -errno. */
static int find_endpoint(const struct dns_server *server, const struct ip *ip, struct arena *arena,
			 struct endpoint *endpoint)
{
	cleanup_close int leases = openat(server->network_fd, "leases",
					  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char key[IPAM_OWNER_SIZE];

	if (leases < 0 || ipam_owner(leases, ip, key) < 0)
		return -ENOENT;
	return endpoint_load(arena, &server->store, key, endpoint, NULL);
}

static size_t answer_reverse(struct dns_server *server, const uint8_t *data,
			     const struct dns_query *query, uint8_t *answer, size_t size)
{
	cleanup_arena struct arena arena = { 0 };
	struct endpoint endpoint;
	char name[NAMES_NAME_SIZE];
	struct ip ip;

	if (dns_reverse_address(query->name, &ip) < 0 ||
	    find_endpoint(server, &ip, &arena, &endpoint) < 0 ||
	    !names_canonical(endpoint.name, name))
		return 0;
	return dns_write_name(data, query, name, answer, size);
}

size_t dns_answer_local(struct dns_server *server, const uint8_t *data,
			const struct dns_query *query, uint8_t *answer, size_t size)
{
	struct ip ips[NAMES_MAX_ADDRESSES];
	int count;

	if (!query->name[0])
		return 0;
	if (str_ends_with(query->name, ".arpa"))
		return answer_reverse(server, data, query, answer, size);
	count = names_addresses(server->names_fd, query->name, ips);
	if (count <= 0)
		return 0;
	rotate(ips, (unsigned)count, server->rotation++);
	return dns_write_addresses(data, query, ips, (unsigned)count, answer, size);
}

static unsigned add_server(const char *text, size_t len, struct ip *servers, unsigned count,
			   unsigned max)
{
	char buf[IP_TEXT_SIZE];

	if (count == max || len == 0 || len >= sizeof(buf))
		return count;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return ip_parse(buf, &servers[count]) == 0 ? count + 1 : count;
}

/* The name servers of a container that was started with --dns. */
static unsigned own_servers(const struct dns_server *server, const struct ip *client,
			    struct ip *servers, unsigned max)
{
	cleanup_arena struct arena arena = { 0 };
	struct endpoint endpoint;
	unsigned count = 0;

	if (find_endpoint(server, client, &arena, &endpoint) < 0)
		return 0;
	for (const char *const *dns = endpoint.dns; dns && *dns; dns++)
		count = add_server(*dns, strlen(*dns), servers, count, max);
	return count;
}

unsigned dns_upstream(const struct dns_server *server, const struct ip *client, struct ip *servers,
		      unsigned max)
{
	cleanup_close int fd = -1;
	char text[RESOLV_CONF_SIZE + 1];
	unsigned count = own_servers(server, client, servers, max);
	ssize_t n;

	if (count)
		return count;
	fd = open(server->resolv_conf, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : fd_read_full(fd, text, RESOLV_CONF_SIZE);
	text[n > 0 ? n : 0] = '\0';
	for (char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (strncmp(line, "nameserver", 10) == 0 && (line[10] == ' ' || line[10] == '\t')) {
			const char *value = line + 10 + strspn(line + 10, " \t");

			count = add_server(value, strcspn(value, " \t\r\n#"), servers, count, max);
		}
		line += len + (line[len] == '\n');
	}
	return count;
}
