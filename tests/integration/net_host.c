/*
 * net_host.c - drives runtime/net from test scripts: a container here is a namespace with a name.
 *
 * Owns: attaching and detaching such containers, a start/stop loop, killing an attach at its n-th
 * system call, and a name server that lies. Does not own: what must hold (net.bats).
 *
 * Run inside the namespace that plays the host. CBOX_ROOT and CBOX_RUN say where state lies.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/net/attach.h"
#include "runtime/net/dns_message.h"
#include "runtime/net/firewall.h"
#include "runtime/net/port.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/num.h"
#include "user/base/str.h"

static struct net_store store;
static struct err err;

/*
 * The id of a container: its name backwards in hexadecimal, filled up with zeros. Backwards,
 * because names of interfaces are made of the first digits, and names of tests start alike.
 */
static const char *id_of(const char *name)
{
	static char id[65];
	size_t len = strnlen(name, ENDPOINT_KEY_LEN / 2);

	memset(id, '0', 64);
	for (size_t i = 0; i < len; i++) {
		char hex[3];

		fmt_string(hex, sizeof(hex), "%02x", (unsigned char)name[len - 1 - i]);
		memcpy(id + 2 * i, hex, 2);
	}
	return id;
}

static void bind_name(const char *name, int netns_fd)
{
	char source[64], target[128];

	fmt_string(source, sizeof(source), "/proc/self/fd/%d", netns_fd);
	fmt_string(target, sizeof(target), "/run/netns/%s", name);
	close(open(target, O_CREAT | O_RDWR | O_CLOEXEC, 0644));
	if (mount(source, target, NULL, MS_BIND, NULL) < 0)
		perror("net-host: bind the namespace");
}

/* attach NAME NETWORK,… ALIAS PORT…: binds the namespace; published ports stay held by a child. */
static int attach(int argc, char **argv)
{
	const char *aliases[] = { argc > 2 && *argv[2] ? argv[2] : NULL, NULL };
	const char *dns[] = { getenv("TEST_DNS"), NULL };
	struct net_request requests[ENDPOINT_MAX_NETWORKS] = { 0 };
	struct net_options options = { .id = id_of(argv[0]), .name = argv[0] };
	struct arena arena = { 0 };
	struct endpoint endpoint;
	struct netns ns;
	char text[PORT_TEXT_SIZE];
	int *fds;

	for (char *p = strtok(argv[1], ","); p; p = strtok(NULL, ","))
		requests[options.request_count++].network = p;
	requests[0].aliases = aliases;
	if (getenv("TEST_IP"))
		ip_parse(getenv("TEST_IP"), &requests[0].ips[0]);
	options.requests = requests;
	options.dns = dns[0] ? dns : NULL;
	for (int i = 3; i < argc; i++)
		if (port_parse(&arena, argv[i], &options.ports, &options.port_count, &err) < 0)
			return -1;
	fds = calloc(options.port_count + 1, sizeof(*fds));
	if (!fds || netns_create(&ns, &err) < 0 ||
	    net_attach(&store, &ns, &options, &arena, &endpoint, fds, &err) < 0)
		return -1;
	if (!getenv("TEST_NO_BIND"))
		bind_name(argv[0], ns.fd);
	puts(ip_format(&endpoint.links[0].addresses[0].ip, text));
	for (unsigned i = 0; i < endpoint.port_count; i++)
		puts(port_format(&endpoint.ports[i], text));
	fflush(stdout);
	if (options.port_count && !getenv("TEST_NO_BIND") && fork() == 0) {
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		close(ns.fd);
		close(ns.socket);
		close(3); /* bats waits for whoever holds it */
		pause();
	}
	return 0;
}

/* loop N: starts and stops, one after the other; prints medians. */
static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int loop(uint32_t count)
{
	uint64_t *attach_ns = calloc(count, sizeof(*attach_ns));
	uint64_t *detach_ns = calloc(count, sizeof(*detach_ns));

	for (uint32_t i = 0; attach_ns && detach_ns && i < count; i++) {
		struct endpoint_port port = { .host_ip = { AF_INET, { 127, 0, 0, 1 } },
					      .port = 80,
					      .protocol = IPPROTO_TCP };
		struct net_request request = { 0 };
		char name[17];
		struct net_options options = { .name = name,
					       .requests = &request,
					       .request_count = 1,
					       .ports = &port,
					       .port_count = 1 };
		struct arena arena = { 0 };
		struct endpoint endpoint;
		struct netns ns;
		uint64_t began;
		int fd;

		fmt_string(name, sizeof(name), "l%d-%u", getpid(), i);
		options.id = id_of(name);
		if (netns_create(&ns, &err) < 0)
			return -1;
		began = clock_ns(CLOCK_MONOTONIC);
		if (net_attach(&store, &ns, &options, &arena, &endpoint, &fd, &err) < 0)
			return -1;
		attach_ns[i] = clock_ns(CLOCK_MONOTONIC) - began;
		netns_close(&ns);
		close(fd);
		began = clock_ns(CLOCK_MONOTONIC);
		if (net_detach(&store, options.id, NET_DETACH_NAMESPACE_DIES, &err) < 0)
			return -1;
		detach_ns[i] = clock_ns(CLOCK_MONOTONIC) - began;
		arena_free(&arena);
	}
	qsort(attach_ns, count, sizeof(*attach_ns), compare);
	qsort(detach_ns, count, sizeof(*detach_ns), compare);
	printf("attach %llu us, detach %llu us (medians of %u)\n",
	       (unsigned long long)attach_ns[count / 2] / 1000,
	       (unsigned long long)detach_ns[count / 2] / 1000, count);
	return 0;
}

/* kill-at N COMMAND…: kills the command at its N-th system call; status 3 when it got no further. */
static int kill_at(uint32_t n, char **argv)
{
	pid_t pid = fork();
	uint32_t stops = 0;
	int status;

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (stops++ == n) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 0;
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	exit(3);
}

/* A container lives as long as its namespace has its name. */
static bool namespace_is_gone(const char *key, void *context)
{
	DIR *dir = opendir("/run/netns");
	struct dirent *entry;
	bool gone = true;

	(void)context;
	while (dir && (entry = readdir(dir)))
		if (strncmp(id_of(entry->d_name), key, ENDPOINT_KEY_LEN) == 0)
			gone = false;
	if (dir)
		closedir(dir);
	return gone;
}

static int recover(void)
{
	struct net_recovered r;

	if (net_recover(&store, namespace_is_gone, NULL, &r, &err) < 0)
		return -1;
	printf("endpoints %u leases %u names %u links %u\n", r.endpoints, r.leases, r.names,
	       r.links);
	return 0;
}

static int create(int argc, char **argv)
{
	struct network network = { .internal = argc > 1 && str_eq(argv[1], "internal") };

	fmt_string(network.name, sizeof(network.name), "%s", argv[0]);
	return network_create(&store, &network, true, &err);
}

/*
 * liar ADDRESS FORGED: a name server that sends FORGED answers with a wrong id or question, and one
 * with everything right from another port, before the true one, 192.0.2.99.
 */
static int liar(const char *address, uint32_t forged)
{
	struct sockaddr_in self = { .sin_family = AF_INET, .sin_port = htons(53) }, client;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), other = socket(AF_INET, SOCK_DGRAM, 0);
	struct ip lie = { AF_INET, { 6, 6, 6, 6 } }, truth = { AF_INET, { 192, 0, 2, 99 } };

	inet_pton(AF_INET, address, &self.sin_addr);
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) < 0)
		return err_sys(&err, "bind %s:53", address);
	for (;;) {
		uint8_t data[DNS_UDP_SIZE], answer[DNS_UDP_SIZE];
		socklen_t size = sizeof(client);
		ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&client, &size);
		struct dns_query query;
		size_t len;

		if (n <= 0 || dns_read_query(data, (size_t)n, &query) != 0)
			continue;
		len = dns_write_addresses(data, &query, &lie, 1, answer, sizeof(answer));
		sendto(other, answer, len, 0, (struct sockaddr *)&client, size);
		for (uint32_t i = 1; i <= forged; i++) {
			answer[0] = (uint8_t)(data[0] ^ (i >> 8));
			answer[1] = (uint8_t)(data[1] ^ i);
			if ((i & 0xffff) == 0)
				answer[13] ^= 0x7f;
			sendto(fd, answer, len, 0, (struct sockaddr *)&client, size);
			if (i % 100 == 0) /* or the true answer would not fit into the buffer */
				usleep(2000);
		}
		len = dns_write_addresses(data, &query, &truth, 1, answer, sizeof(answer));
		sendto(fd, answer, len, 0, (struct sockaddr *)&client, size);
	}
}

static int run(int argc, char **argv)
{
	const char *command = argv[1];
	uint32_t n = 0;

	if (argc > 2)
		(void)num_u32(argv[2], &n);
	if (str_eq(command, "kill-at") && argc > 3)
		return kill_at(n, argv + 3);
	if (str_eq(command, "liar") && argc > 3 && num_u32(argv[3], &n) == 0)
		return liar(argv[2], n);
	if (net_store_open(&store, getenv("CBOX_ROOT"), getenv("CBOX_RUN"), &err) < 0)
		return -1;
	if (str_eq(command, "attach") && argc > 3)
		return attach(argc - 2, argv + 2);
	if (str_eq(command, "detach") && argc > 2)
		return net_detach(&store, id_of(argv[2]), NET_DETACH_NAMESPACE_DIES, &err);
	if (str_eq(command, "create") && argc > 2)
		return create(argc - 2, argv + 2);
	if (str_eq(command, "remove") && argc > 2)
		return net_remove(&store, argv[2], &err);
	if (str_eq(command, "loop"))
		return loop(n);
	if (str_eq(command, "recover"))
		return recover();
	if (str_eq(command, "rebuild"))
		return firewall_rebuild(&store, &err);
	return err_set(&err, EINVAL, "unknown command '%s'", command);
}

int main(int argc, char **argv)
{
	log_name("net-host", NULL);
	if (argc < 2 || run(argc, argv) < 0)
		return argc < 2 ? EXIT_USAGE : log_err(&err);
	return 0;
}
