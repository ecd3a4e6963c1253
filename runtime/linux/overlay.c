/*
 * overlay.c - see overlay.h.
 */
#include "runtime/linux/overlay.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"

#define OPTION_SIZE 256 /* what fsconfig takes as a string, with its NUL */
#define MAX_LOWER_FDS 15

static int set(int fs, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0);
}

/* The kernel's own words, when it has some: "e overlay: upperdir is in-use …". */
static int explain(int fs, struct err *err, const char *what)
{
	int number = errno;
	char text[300];
	ssize_t n = read(fs, text, sizeof(text) - 1);

	if (n <= 2)
		return err_num(err, number, "%s", what);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return err_set(err, number, "%s: %s: %s", what, err_reason(number), text + 2);
}

/*
 * Before 6.5 all lower folders go into one option of at most 255 bytes. Numbers of open fds are
 * short enough for fifteen of them.
 */
static int set_lower_by_fd(int fs, const char *const *lower, struct err *err)
{
	char option[OPTION_SIZE] = "";
	int fds[MAX_LOWER_FDS], count = 0, r = 0;
	size_t len = 0;

	for (; lower[count]; count++) {
		if (count == MAX_LOWER_FDS) {
			err_set(err, E2BIG, "more than %d layers need Linux 6.5", MAX_LOWER_FDS);
			r = err_status(err, EXIT_UNSUPPORTED);
			break;
		}
		fds[count] = open(lower[count], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fds[count] < 0) {
			r = err_sys(err, "open layer '%s'", lower[count]);
			break;
		}
		len += fmt_string(option + len, sizeof(option) - len, "%s/proc/self/fd/%d",
				  count ? ":" : "", fds[count]);
	}
	if (r == 0 && (len >= sizeof(option) || set(fs, "lowerdir", option) < 0))
		r = explain(fs, err, "set the lower layers");
	/* the legacy interface looks the paths up when the file system is made */
	if (r == 0 && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		r = explain(fs, err, "make the overlay");
	while (count-- > 0)
		close(fds[count]);
	return r;
}

static int set_upper(int fs, const struct overlay_folders *folders, struct err *err)
{
	if (!folders->upper)
		return 0;
	if (set(fs, "upperdir", folders->upper) < 0)
		return explain(fs, err, "set the upper layer");
	if (set(fs, "workdir", folders->work) < 0)
		return explain(fs, err, "set the work folder");
	return 0;
}

static int create(int fs, const struct overlay_folders *folders, struct err *err)
{
	if (set_upper(fs, folders, err) < 0)
		return -err->number;
	if (set(fs, "lowerdir+", folders->lower[0]) < 0) {
		if (errno != EINVAL)
			return explain(fs, err, "set a lower layer");
		return set_lower_by_fd(fs, folders->lower, err);
	}
	for (const char *const *lower = folders->lower + 1; *lower; lower++)
		if (set(fs, "lowerdir+", *lower) < 0)
			return explain(fs, err, "set a lower layer");
	if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return explain(fs, err, "make the overlay");
	return 0;
}

int overlay_mount(const struct overlay_folders *folders, struct err *err)
{
	cleanup_close int fs = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
	int fd;

	if (fs < 0) {
		err_sys(err, "open the overlay file system");
		err_hint(err, "the kernel needs overlayfs (modprobe overlay) and fsopen (5.2)");
		return err_status(err, EXIT_UNSUPPORTED);
	}
	if (create(fs, folders, err) < 0)
		return -err->number;
	fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	return fd < 0 ? err_sys(err, "mount the overlay") : fd;
}
