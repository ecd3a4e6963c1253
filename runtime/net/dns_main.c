/*
 * dns_main.c - the program cbox-dns: the name server of one network.
 *
 * Owns: taking over what dns_start.c hands it (fds 3 to 6: lock, UDP, TCP, the network's folder),
 * giving up every privilege, and serving.
 * Does not own: everything else (dns_server.h).
 *
 * Called by cbox as `cbox-dns NETWORK forward|internal`; not meant for people.
 */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/net/dns_server.h"

#define NOBODY 65534

/* Sockets are bound and folders open: from here on nothing needs root. */
static bool drop_privileges(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
			       setresuid(NOBODY, NOBODY, NOBODY) < 0))
		return false;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

int main(int argc, char **argv)
{
	struct dns_server server = {
		.lock_fd = 3,
		.udp_fd = 4,
		.tcp_fd = 5,
		.network_fd = 6,
		.forward = argc > 2 && strcmp(argv[2], "forward") == 0,
		.resolv_conf = "/etc/resolv.conf",
		.store = NET_STORE_NONE,
	};

	for (int fd = server.lock_fd; fd <= server.network_fd; fd++)
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
			return 2;
	signal(SIGPIPE, SIG_IGN);
	server.names_fd = openat(server.network_fd, "names", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	server.store.run_fd = openat(server.network_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (server.names_fd < 0 || server.store.run_fd < 0 || !drop_privileges())
		return 1;
	return dns_serve(&server) < 0;
}
