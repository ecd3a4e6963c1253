/*
 * guest_init.c - the init of a test guest: makes a plain Linux system out of an initramfs, runs
 * /test/run and ends the guest with its result.
 *
 * Owns: a root that pivot_root accepts, the usual mounts, modules in the order of /modules/order,
 * cgroup v2 with every controller handed to children, disks under /disk/<name>, the end through
 * isa-debug-exit (status 33: the test returned 0; 35: it did not; anything else: the guest died).
 * Does not own: what is tested, and TAP; the test writes it to its stdout, which is the serial
 * port, and tests/vm/guest.sh reads it there.
 *
 * Everything that is missing is said in one line "cbox-guest: …" on the console. Only a missing
 * test ends the guest early: a kernel without, say, hugetlb is a result the test should see.
 *
 * See: the kernel's Documentation/filesystems/ramfs-rootfs-initramfs.rst ("What is rootfs?": it
 * cannot be pivoted away), Documentation/admin-guide/cgroup-v2.rst (subtree_control).
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fd.h"

#define DEBUG_EXIT_PORT 0xf4
#define TEST_PASSED 16
#define TEST_FAILED 17
#define CGROUP_ROOT "/sys/fs/cgroup"
#define READ_ALL_LIMIT (1 << 20)
/* syslog(2), which has no header with these names. */
#define SYSLOG_READ_ALL 3
#define SYSLOG_CLEAR 5

static void missing(const char *what, const char *path)
{
	dprintf(STDOUT_FILENO, "cbox-guest: %s %s: %s\n", what, path, strerror(errno));
}

static void end_guest(unsigned char value)
{
	sync();
	tcdrain(STDOUT_FILENO);
	if (!ioperm(DEBUG_EXIT_PORT, 1, 1))
		outb(value, DEBUG_EXIT_PORT);
	reboot(RB_AUTOBOOT);
	_exit(value);
}

static char *read_whole(const char *path)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;

	if (fd < 0 || fd_read_all(fd, READ_ALL_LIMIT, &text) < 0)
		return NULL;
	return text;
}

static void write_text(const char *path, const char *text)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || fd_write_all(fd, text, strlen(text)))
		missing("write", path);
}

/*
 * pivot_root(2) refuses the initramfs as the old root, so the tree is bound over itself and that
 * mount becomes "/". Has to come first: later mounts would not come along.
 */
static void make_root_pivotable(void)
{
	mkdir("/newroot", 0755);
	if (mount("/", "/newroot", NULL, MS_BIND, NULL) || chdir("/newroot") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		missing("root", "/newroot");
	rmdir("/newroot");
}

struct guest_mount {
	const char *type, *target;
	unsigned long flags;
	const char *options;
};

static void mount_all(void)
{
	static const struct guest_mount mounts[] = {
		{ "devtmpfs", "/dev", MS_NOSUID, "mode=0755" },
		{ "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666,gid=5" },
		{ "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777" },
		{ "mqueue", "/dev/mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
		{ "proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
		{ "sysfs", "/sys", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
		{ "cgroup2", CGROUP_ROOT, MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
		{ "bpf", "/sys/fs/bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700" },
		{ "debugfs", "/sys/kernel/debug", 0, NULL },
		{ "tracefs", "/sys/kernel/tracing", 0, NULL },
		{ "securityfs", "/sys/kernel/security", 0, NULL },
		{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755" },
		{ "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777" },
		{ "tmpfs", "/var/lib", 0, "mode=0755" },
	};

	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		const struct guest_mount *m = &mounts[i];

		mkdir(m->target, 0755);
		if (mount(m->type, m->target, m->type, m->flags, m->options))
			missing("mount", m->target);
	}
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

/*
 * A module's parameters on the kernel command line ("virtio_mmio.device=…") reach it only by way
 * of modprobe; here they are collected into one string, blank-separated.
 */
static void module_params(const char *cmdline, const char *name, char *params, size_t size)
{
	size_t name_len = strlen(name), used = 0;

	params[0] = 0;
	for (const char *word = cmdline; *word;) {
		size_t len = strcspn(word, " \n");

		if (len > name_len && !strncmp(word, name, name_len) && word[name_len] == '.') {
			int n = snprintf(params + used, size - used, "%.*s ",
					 (int)(len - name_len - 1), word + name_len + 1);

			if (n < 0 || (size_t)n >= size - used)
				break;
			used += (size_t)n;
		}
		word += len;
		word += strspn(word, " \n");
	}
	params[used] = 0;
}

static void load_modules(void)
{
	cleanup_free char *order = read_whole("/modules/order");
	cleanup_free char *cmdline = read_whole("/proc/cmdline");
	char *rest = order, *name;

	if (!order || !cmdline)
		return;
	while ((name = strsep(&rest, "\n"))) {
		char path[256], params[1024];
		cleanup_close int fd = -1;

		if (!*name)
			continue;
		snprintf(path, sizeof(path), "/modules/%s.ko", name);
		module_params(cmdline, name, params, sizeof(params));
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST))
			missing("module", name);
	}
}

/* Without "+memory" in the root's subtree_control a test of limits passes by doing nothing. */
static void delegate_controllers(void)
{
	cleanup_free char *controllers = read_whole(CGROUP_ROOT "/cgroup.controllers");
	char *rest = controllers, *name;

	if (!controllers) {
		missing("read", CGROUP_ROOT "/cgroup.controllers");
		return;
	}
	while ((name = strsep(&rest, " \n"))) {
		char word[64];

		if (!*name)
			continue;
		snprintf(word, sizeof(word), "+%s", name);
		write_text(CGROUP_ROOT "/cgroup.subtree_control", word);
	}
}

/* Mounts every virtio disk; the harness made its serial number "<file system>:<name>". */
static void mount_disks(void)
{
	mkdir("/disk", 0755);
	for (char letter = 'a'; letter <= 'z'; letter++) {
		char path[64], target[64];
		cleanup_free char *serial = NULL;
		char *name;

		snprintf(path, sizeof(path), "/sys/block/vd%c/serial", letter);
		serial = read_whole(path);
		if (!serial)
			break;
		serial[strcspn(serial, "\n")] = 0;
		name = strchr(serial, ':');
		if (!name)
			continue;
		*name++ = 0;
		snprintf(path, sizeof(path), "/dev/vd%c", letter);
		snprintf(target, sizeof(target), "/disk/%s", name);
		mkdir(target, 0755);
		if (mount(path, target, serial, 0, NULL))
			missing("disk", target);
	}
}

static void loopback_up(void)
{
	cleanup_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request))
		missing("network", "lo");
}

/* TAP leaves the guest byte for byte: no carriage returns. */
static void raw_console(void)
{
	struct termios mode;

	if (tcgetattr(STDOUT_FILENO, &mode))
		return;
	mode.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(STDOUT_FILENO, TCSANOW, &mode);
}

static pid_t start_test(void)
{
	static const char *const argv[] = { "/test/run", NULL };
	static const char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/applets",
		"HOME=/root",
		"TERM=dumb",
		"LC_ALL=C",
		NULL,
	};
	pid_t pid = fork();

	if (pid)
		return pid;
	setsid();
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	execve(argv[0], (char *const *)argv, (char *const *)env);
	missing("no test in this guest (an initramfs too large for the memory is cut off)",
		argv[0]);
	_exit(127);
}

/* Reaps orphans of the test too: containers whose runtime has gone are init's children. */
static int wait_for(pid_t test)
{
	int status;

	for (;;) {
		pid_t pid = wait(&status);

		if (pid == test)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (pid < 0 && errno != EINTR)
			return 255;
	}
}

/* Errors the kernel logged during the test, as TAP comments: why it may have failed. */
static void show_kernel_log(void)
{
	enum { shown_lines = 30 };
	static char log[1 << 18];
	int n = klogctl(SYSLOG_READ_ALL, log, sizeof(log) - 1), shown = 0;
	char *rest = log, *line;

	if (n < 0)
		return;
	log[n] = 0;
	/* A line starts with its priority: "<3>" is an error, less is worse. */
	while (shown < shown_lines && (line = strsep(&rest, "\n")))
		if (line[0] == '<' && line[1] <= '3' && line[2] == '>') {
			dprintf(STDOUT_FILENO, "# kernel: %s\n", line);
			shown++;
		}
}

int main(void)
{
	pid_t test;
	int code;

	make_root_pivotable();
	mount_all();
	raw_console();
	load_modules();
	delegate_controllers();
	mount_disks();
	loopback_up();
	sethostname("cbox-guest", strlen("cbox-guest"));
	klogctl(SYSLOG_CLEAR, NULL, 0);
	test = start_test();
	code = test > 0 ? wait_for(test) : 255;
	if (code)
		show_kernel_log();
	end_guest(code ? TEST_FAILED : TEST_PASSED);
}
