/*
 * sched.c - see sched.h.
 */
#include "runtime/linux/sched.h"

#include <fcntl.h>

#include "runtime/linux/sys.h"
#include "user/base/fmt.h"

#define IO_CLASS_SHIFT 13
#define IO_WHO_PROCESS 1

int sched_set(const struct sched_request *request, struct err *err)
{
	struct sched_request sized = *request;
	int r;

	sized.size = sizeof(sized);
	r = (int)sys3(SYS_sched_setattr, 0, &sized, 0);
	return r < 0 ? err_num(err, r, "set the scheduler") : 0;
}

int sched_set_io_priority(int class, int priority, struct err *err)
{
	int r = (int)sys3(SYS_ioprio_set, IO_WHO_PROCESS, 0, class << IO_CLASS_SHIFT | priority);

	return r < 0 ? err_num(err, r, "set the I/O priority") : 0;
}

int sched_set_oom_score(int score, struct err *err)
{
	char text[16];
	size_t len = fmt_string(text, sizeof(text), "%d", score);
	int fd = sys_openat(AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0);
	ssize_t n;

	if (fd < 0)
		return err_num(err, fd, "open oom_score_adj");
	n = sys_write(fd, text, len);
	sys_close(fd);
	return n < 0 ? err_num(err, (int)n, "set oom_score_adj to %d", score) : 0;
}

int sched_set_personality(uint64_t persona, struct err *err)
{
	int r = (int)sys1(SYS_personality, persona);

	return r < 0 ? err_num(err, r, "set personality") : 0;
}
