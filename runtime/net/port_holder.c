/*
 * port_holder.c - see port_holder.h.
 */
#include "runtime/net/port_holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

struct search {
	const struct endpoint_port *port;
	char *buf;
	size_t size;
	bool found;
};

static bool overlap(const struct ip *a, const struct ip *b)
{
	return a->family == b->family && (ip_is_any(a) || ip_is_any(b) || ip_equal(a, b));
}

static int search_endpoint(const struct endpoint *endpoint, void *context)
{
	struct search *search = context;

	for (unsigned i = 0; i < endpoint->port_count && !search->found; i++) {
		const struct endpoint_port *port = &endpoint->ports[i];

		if (port->host_port != search->port->host_port ||
		    port->protocol != search->port->protocol ||
		    !overlap(&port->host_ip, &search->port->host_ip))
			continue;
		fmt_string(search->buf, search->size, "container '%s'",
			   *endpoint->name ? endpoint->name : endpoint->id);
		search->found = true;
	}
	return 0;
}

/* "  sl  local_address rem_address st … inode": the local port is hexadecimal behind a colon. */
unsigned long port_holder_inode(const char *line, uint16_t port)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = strchr(line, ':');
	char inode[24];
	uint64_t value;
	uint32_t found = 0;
	size_t len;

	p = p ? strchr(p + 1, ':') : NULL;
	if (!p)
		return 0;
	for (p++; *p && strchr(digits, *p); p++)
		found = found << 4 | (uint32_t)(strchr(digits, *p) - digits);
	if (found != port || *p != ' ')
		return 0;
	p = strchr(p + 1, ' '); /* behind the remote address: the state */
	if (!p || (strncmp(p, " 0A", 3) != 0 && strncmp(p, " 07", 3) != 0))
		return 0;
	for (int field = 3; p && field < 9; field++) {
		p += strspn(p, " ");
		p = strchr(p, ' ');
	}
	if (!p)
		return 0;
	p += strspn(p, " ");
	len = strcspn(p, " \n");
	if (len == 0 || len >= sizeof(inode))
		return 0;
	memcpy(inode, p, len);
	inode[len] = '\0';
	return num_u64(inode, &value) == 0 ? (unsigned long)value : 0;
}

static unsigned long find_inode(const char *table, uint16_t port)
{
	cleanup_close int fd = open(table, O_RDONLY | O_CLOEXEC);
	cleanup_free char *text = NULL;
	unsigned long inode = 0;

	if (fd < 0 || fd_read_all(fd, 16 << 20, &text) < 0)
		return 0;
	for (char *line = text; line && *line && !inode;) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		inode = port_holder_inode(line, port);
		line = end ? end + 1 : NULL;
	}
	return inode;
}

static bool has_socket(const char *pid, const char *link)
{
	char path[64], target[64];
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;

	fmt_string(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		if (str_eq(target, link))
			return true;
	}
	return false;
}

static bool find_process(unsigned long inode, char *buf, size_t size)
{
	cleanup_closedir DIR *dir = opendir("/proc");
	struct dirent *entry;
	char link[64];

	fmt_string(link, sizeof(link), "socket:[%lu]", inode);
	while (dir && (entry = readdir(dir))) {
		char path[300], comm[32];
		cleanup_close int fd = -1;
		ssize_t n;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
		    !has_socket(entry->d_name, link))
			continue;
		fmt_string(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? 0 : fd_read_full(fd, comm, sizeof(comm) - 1);
		comm[n > 0 ? n : 0] = '\0';
		comm[strcspn(comm, "\n")] = '\0';
		fmt_string(buf, size, "%s (pid %s)", *comm ? comm : "a process", entry->d_name);
		return true;
	}
	return false;
}

const char *port_holder(const struct net_store *store, const struct endpoint_port *port, char *buf,
			size_t size)
{
	static const char *const tables[2][2] = { { "/proc/net/tcp", "/proc/net/tcp6" },
						  { "/proc/net/udp", "/proc/net/udp6" } };
	struct search search = { port, buf, size, false };

	if (store)
		endpoint_each(store, search_endpoint, &search, NULL);
	for (unsigned i = 0; i < 2 && !search.found; i++) {
		unsigned long inode = find_inode(tables[port->protocol == IPPROTO_UDP][i],
						 port->host_port);

		if (inode)
			search.found = find_process(inode, buf, size);
	}
	if (!search.found)
		fmt_string(buf, size, "an unknown process");
	return buf;
}
