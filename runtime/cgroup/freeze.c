/*
 * freeze.c - stopping and continuing every process of a container.
 *
 * v2 says in cgroup.events when all have stopped, and wakes pollers. v1 must be asked again and
 * again: a process being forked or moved in while the state changes keeps it at FREEZING until the
 * state is written once more, and a stuck one needs a thaw in between.
 *
 * See: cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst "cgroup.freeze".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/str.h"

#define TIMEOUT_NS 2000000000ULL

static void sleep_us(unsigned us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000L }, NULL);
}

static int freeze_v1(const struct cgroup *cg, const struct cgroup_hierarchy *h, bool frozen)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + TIMEOUT_NS;
	char state[32];
	ssize_t n;
	int r;

	if (!frozen)
		return cg_write(cg, h, "freezer.state", "THAWED");
	for (unsigned i = 1; clock_ns(CLOCK_MONOTONIC) < end; i++) {
		r = cg_write(cg, h, "freezer.state", "FROZEN");
		if (r < 0)
			return r;
		n = cg_read(cg, h, "freezer.state", state, sizeof(state));
		if (n < 0)
			return (int)n;
		if (str_eq(state, "FROZEN"))
			return 0;
		sleep_us(i < 20 ? 50 : 2000);
		if (i % 50 == 0) {
			(void)cg_write(cg, h, "freezer.state", "THAWED");
			sleep_us(10000);
		}
	}
	(void)cg_write(cg, h, "freezer.state", "THAWED");
	return -ETIMEDOUT;
}

/* Waits until cgroup.events says frozen. The kernel signals a change as POLLPRI. */
static int wait_v2(const struct cgroup *cg, const struct cgroup_hierarchy *h)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + TIMEOUT_NS, now, frozen;
	cleanup_close int fd = -1;
	char path[CG_PATH_SIZE], text[128];
	int r = cg_file_path(h, cg->path, "cgroup.events", path);

	if (r < 0)
		return r;
	fd = openat(cg->root_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (;;) {
		struct pollfd poller = { .fd = fd, .events = POLLPRI };
		ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

		if (n < 0)
			return -errno;
		text[n] = '\0';
		if (cg_keyed_u64(text, "frozen", &frozen) && frozen)
			return 0;
		now = clock_ns(CLOCK_MONOTONIC);
		if (now >= end)
			return -ETIMEDOUT;
		(void)poll(&poller, 1, (int)((end - now) / 1000000) + 1);
	}
}

static int freeze_v2(const struct cgroup *cg, const struct cgroup_hierarchy *h, bool frozen)
{
	int r = cg_write(cg, h, "cgroup.freeze", frozen ? "1" : "0");

	if (r < 0 || !frozen || cg->fake)
		return r;
	r = wait_v2(cg, h);
	if (r == -ETIMEDOUT)
		(void)cg_write(cg, h, "cgroup.freeze", "0");
	return r;
}

int cg_freeze(struct cgroup *cg, bool frozen, struct err *err)
{
	struct cgroup_hierarchy *h = cg_find(cg, CG_FREEZER);
	int r;

	if (!h)
		h = cg_find_v2(cg);
	if (!h) {
		err_set(err, ENOTSUP, "%s cgroup '%s': no freezer is mounted",
			frozen ? "freeze" : "thaw", cg->path);
		return err_status(err, EXIT_UNSUPPORTED);
	}
	r = h->v2 ? freeze_v2(cg, h, frozen) : freeze_v1(cg, h, frozen);
	if (r < 0)
		return err_num(err, r, "%s cgroup '%s'", frozen ? "freeze" : "thaw", cg->path);
	return 0;
}
