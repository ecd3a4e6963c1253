/*
 * boot_init.c - the init of the VM baseline: the least a guest can do and still be a guest.
 *
 * Owns: the line "cbox-guest: ready" on the console, which is where cbench stops its clock, and
 * the end of the guest. With `cbox.wait` on the kernel command line the guest stays up until a
 * byte arrives on the console (density runs); otherwise it ends at once.
 * Does not own: mounts, modules, a shell; a container that runs /bin/true has none of them either.
 *
 * Ending: QEMU's isa-debug-exit device at port 0xf4 turns a written byte v into the exit status
 * 2v+1, at once; v is 16 here, so the status is 33, because 1 is also what QEMU ends with when it
 * does not like its arguments. Without the device reboot(2) ends a guest started with -no-reboot.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEBUG_EXIT_PORT 0xf4
#define ENDED_WELL 16

static bool told_to_wait(void)
{
	char line[2048];
	ssize_t n;
	int fd;

	mkdir("/proc", 0555);
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return false;
	fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n < 0)
		return false;
	line[n] = 0;
	return strstr(line, "cbox.wait") != NULL;
}

int main(void)
{
	static const char ready[] = "cbox-guest: ready\n";
	char byte;

	/* The line comes before everything else: this is the moment that is measured. */
	if (write(STDOUT_FILENO, ready, sizeof(ready) - 1) < 0)
		_exit(1);
	if (told_to_wait())
		while (read(STDIN_FILENO, &byte, 1) < 0)
			continue;
	if (!ioperm(DEBUG_EXIT_PORT, 1, 1))
		outb(ENDED_WELL, DEBUG_EXIT_PORT);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
