/*
 * netns.c - see netns.h.
 */
#include "runtime/net/netns.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <unistd.h>

#include "runtime/net/netlink.h"
#include "user/base/cleanup.h"

/* The namespace of this thread: /proc/self would be the one of the thread group's leader. */
static int open_own(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int go_back(int home, struct err *err)
{
	if (setns(home, CLONE_NEWNET) == 0)
		return 0;
	err_sys(err, "return to the host's network namespace");
	return err_num(err, ENOTRECOVERABLE, "%s", err ? err->message : "setns");
}

static int refused(struct err *err, const char *what)
{
	int r = err_sys(err, "%s", what);

	if (r == -EPERM || r == -EINVAL)
		err_status(err, EXIT_UNSUPPORTED);
	return r;
}

int netns_create(struct netns *ns, struct err *err)
{
	cleanup_close int home = open_own();
	cleanup_netns struct netns made = NETNS_NONE;
	int number = 0, r;

	*ns = (struct netns)NETNS_NONE;
	if (home < 0)
		return err_sys(err, "open this network namespace");
	if (unshare(CLONE_NEWNET) < 0)
		return refused(err, "create a network namespace");
	made.fd = open_own();
	if (made.fd < 0)
		number = errno;
	made.socket = nl_socket(NETLINK_ROUTE);
	if (made.socket < 0)
		number = -made.socket;
	r = go_back(home, err);
	if (r < 0)
		return r;
	if (number)
		return err_num(err, number, "open the new network namespace");
	ns->fd = take_fd(&made.fd);
	ns->socket = take_fd(&made.socket);
	return 0;
}

int netns_open_socket(int fd, struct netns *ns, struct err *err)
{
	cleanup_close int home = open_own();
	int socket, r;

	*ns = (struct netns)NETNS_NONE;
	if (home < 0)
		return err_sys(err, "open this network namespace");
	if (setns(fd, CLONE_NEWNET) < 0)
		return refused(err, "enter the network namespace");
	socket = nl_socket(NETLINK_ROUTE);
	r = go_back(home, err);
	if (r == 0 && socket < 0)
		r = err_num(err, socket, "open a netlink socket in the namespace");
	if (r < 0) {
		if (socket >= 0)
			close(socket);
		return r;
	}
	ns->socket = socket;
	return 0;
}

void netns_close(struct netns *ns)
{
	if (ns->fd >= 0)
		close(ns->fd);
	if (ns->socket >= 0)
		close(ns->socket);
	*ns = (struct netns)NETNS_NONE;
}
