/*
 * dns_start.c - see dns_start.h.
 *
 * The server holds <name>/dns.lock as long as it lives: taking it is how to find out. The sockets
 * are bound here and inherited, so a query sent by the first container waits in the socket until
 * the server has started, and "port 53 is in use" is known at once.
 */
#include "runtime/net/dns_start.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"

/* Fds of the server: fixed numbers are its calling convention. */
enum { FD_LOCK = 3, FD_UDP = 4, FD_TCP = 5, FD_NETWORK = 6, FDS = 4 };

static int bind_socket(const struct ip *ip, int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		return -errno;
	memcpy(&address.sin_addr, ip->bytes, 4);
	/* the bridge may have no carrier yet; a predecessor's connections may be in TIME_WAIT */
	(void)setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	if (type == SOCK_STREAM)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 64) < 0)) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

/* libexec/cbox/cbox-dns of an installation, or libexec/cbox-dns of a build tree. */
static int open_server(void)
{
	static const char *const places[] = { "../libexec/cbox/cbox-dns", "../libexec/cbox-dns" };
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);
	char *slash;

	if (n < 0)
		return -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	for (size_t i = 0; slash && i < ARRAY_LEN(places); i++) {
		int fd;

		fmt_string(slash + 1, 64, "%s", places[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -ENOENT;
}

/* In the child: system calls only. Fds are first moved out of each other's way. */
static void become_server(int program, const int *fds, char *const *argv)
{
	static char *const environment[] = { NULL };
	int moved[FDS];

	for (unsigned i = 0; i < FDS; i++) {
		moved[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FD_LOCK + FDS + 1);
		if (moved[i] < 0)
			_exit(1);
	}
	program = fcntl(program, F_DUPFD_CLOEXEC, FD_LOCK + FDS + 1);
	for (unsigned i = 0; i < FDS; i++)
		if (dup2(moved[i], FD_LOCK + (int)i) < 0)
			_exit(1);
	syscall(SYS_close_range, FD_LOCK + FDS, program - 1, 0);
	syscall(SYS_close_range, program + 1, ~0U, 0);
	setsid();
	if (chdir("/") < 0)
		_exit(1);
	fexecve(program, argv, environment);
	_exit(127);
}

static int spawn(int program, const int *fds, const struct network *network)
{
	char *argv[] = { (char *)(uintptr_t) "cbox-dns", (char *)(uintptr_t)network->name,
			 (char *)(uintptr_t)(network->internal ? "internal" : "forward"), NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = fork();

	if (pid == 0) {
		/* twice, so that the server is nobody's child who would have to wait for it */
		if (fork() != 0)
			_exit(0);
		for (int fd = 0; fd < 3 && null >= 0; fd++)
			dup2(null, fd);
		become_server(program, fds, argv);
	}
	if (null >= 0)
		close(null);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* A server that is about to end gives the lock up a moment before its sockets. */
static int bind_patiently(const struct ip *ip, int type)
{
	static const struct timespec moment = { 0, 5000000 };
	int fd = bind_socket(ip, type);

	for (int i = 0; i < 20 && fd == -EADDRINUSE; i++) {
		nanosleep(&moment, NULL);
		fd = bind_socket(ip, type);
	}
	return fd;
}

static int start(const struct net_store *store, const struct network *network, int lock)
{
	cleanup_close int udp = bind_patiently(&network->pools[0].gateway, SOCK_DGRAM);
	cleanup_close int tcp = bind_patiently(&network->pools[0].gateway, SOCK_STREAM);
	cleanup_close int program = open_server();
	cleanup_close int folder = net_store_open_dir(store, network->name, ".", false);
	const int fds[FDS] = { lock, udp, tcp, folder };

	if (program < 0)
		return program;
	for (unsigned i = 0; i < FDS; i++)
		if (fds[i] < 0)
			return fds[i];
	return spawn(program, fds, network);
}

void dns_start(const struct net_store *store, const struct network *network)
{
	cleanup_close int lock = -1;
	char path[NET_NAME_SIZE + 16], gateway[IP_TEXT_SIZE];
	int r;

	if (network->no_dns || network->pools[0].gateway.family != AF_INET)
		return;
	fmt_string(path, sizeof(path), "%s/dns.lock", network->name);
	lock = file_lock(store->run_fd, path, true, false, NULL);
	if (lock == -EWOULDBLOCK)
		return; /* it runs, or is being started */
	r = lock < 0 ? lock : start(store, network, lock);
	if (r < 0)
		log_warning("no names on network '%s': start its server on %s: %s", network->name,
			    ip_format(&network->pools[0].gateway, gateway), err_reason(-r));
}
