/*
 * console.c - see console.h.
 */
#include "runtime/linux/console.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "runtime/linux/mount.h"
#include "runtime/linux/paths.h"
#include "runtime/linux/sys.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

/* The name the console-socket protocol wants as data beside the fd. */
#define NAME "/dev/ptmx"

static int send_fd(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	char name[] = NAME;
	struct iovec iov = { name, sizeof(NAME) - 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control.space) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	long r;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	do
		r = sys3(SYS_sendmsg, socket, &msg, MSG_NOSIGNAL);
	while (r == -EINTR);
	return r < 0 ? (int)r : 0;
}

/* /dev/console becomes the terminal, so that an init in the container finds one. */
static int bind_console(int root, int terminal, struct err *err)
{
	int mount = mount_open_clone(terminal, "", false, err), target, r;

	if (mount < 0)
		return mount;
	target = paths_make_file(root, "/dev/console");
	r = target < 0 ? target : mount_attach(mount, target);
	if (target >= 0)
		sys_close(target);
	sys_close(mount);
	return r < 0 ? err_num(err, r, "bind '/dev/console'") : 0;
}

static int take_terminal(int terminal, const struct console_request *request, struct err *err)
{
	struct winsize size = { .ws_col = request->width, .ws_row = request->height };
	int r = 0;

	if (request->width && request->height)
		r = sys_ioctl(terminal, TIOCSWINSZ, &size);
	if (r < 0)
		return err_num(err, r, "set the terminal's size");
	if (request->uid)
		r = sys_fchownat(terminal, "", request->uid, (gid_t)-1, AT_EMPTY_PATH);
	if (r < 0)
		return err_num(err, r, "give the terminal to uid %u", request->uid);
	for (int fd = 0; fd <= 2; fd++) {
		r = sys_dup3(terminal, fd, 0);
		if (r < 0)
			return err_num(err, r, "put the terminal on fd %d", fd);
	}
	r = sys_ioctl(0, TIOCSCTTY, NULL);
	return r < 0 ? err_num(err, r, "take the controlling terminal") : 0;
}

int console_setup(int root, int socket, const struct console_request *request, struct err *err)
{
	int master = paths_open(root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY, 0);
	int unlock = 0, terminal, r;

	if (master < 0)
		return err_num(err, master, "open '/dev/pts/ptmx'");
	r = sys_ioctl(master, TIOCSPTLCK, &unlock);
	terminal = r < 0 ? r
			 : (int)sys3(SYS_ioctl, master, TIOCGPTPEER,
				     (long)(O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (terminal < 0) {
		sys_close(master);
		return err_num(err, terminal, "open the terminal");
	}
	r = request->bind ? bind_console(root, terminal, err) : 0;
	if (r == 0) {
		r = send_fd(socket, master);
		if (r < 0)
			err_num(err, r, "send the terminal over the console socket");
	}
	if (r == 0)
		r = take_terminal(terminal, request, err);
	sys_close(master);
	if (terminal > 2)
		sys_close(terminal);
	return r;
}
