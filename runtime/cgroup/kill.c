/*
 * kill.c - signalling all processes of a container, and removing its folders.
 *
 * The usual removal is one rmdir a hierarchy, because the processes are gone. Only a folder that
 * is busy is looked into: whatever is inside is killed, by v2's cgroup.kill or, on v1, frozen
 * first so that nothing can fork away, and cgroups that the container made below are removed from
 * the bottom up. A killed process leaves its cgroup a moment after it can be waited for, so a busy
 * rmdir is retried for a while.
 *
 * Every hierarchy is asked for itself: a container with access to its cgroups may have moved a
 * process to another place in one of them, but hardly in all.
 *
 * See: cgroup-v2.rst "cgroup.kill", cgroups(7).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cgroup/hierarchy.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/num.h"

#define REMOVE_TIMEOUT_NS 5000000000ULL
#define MAX_DEPTH 64
#define PROCS_MAX (64U << 20)

struct pid_list {
	pid_t *pids;
	size_t count, capacity;
};

static int add_pid(struct pid_list *list, const char *line)
{
	uint32_t pid;

	/* 0: a process that our pid namespace cannot see; kill(0) would be our own group */
	if (num_u32(line, &pid) < 0 || pid == 0 || pid > INT_MAX || (pid_t)pid == getpid())
		return 0;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 64;
		pid_t *grown = reallocarray(list->pids, capacity, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		list->pids = grown;
		list->capacity = capacity;
	}
	list->pids[list->count++] = (pid_t)pid;
	return 0;
}

static int read_procs(int folder, struct pid_list *list)
{
	cleanup_close int fd = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	cleanup_free char *text = NULL;
	char *rest = NULL;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	n = fd_read_all(fd, PROCS_MAX, &text);
	if (n < 0) /* ENODEV: removed meanwhile. EOPNOTSUPP: a threaded cgroup, listed above it */
		return n == -ENODEV || n == -EOPNOTSUPP ? 0 : (int)n;
	for (char *line = strtok_r(text, "\n", &rest); line && r == 0;
	     line = strtok_r(NULL, "\n", &rest))
		r = add_pid(list, line);
	return r;
}

/* Next folder in dir: 1 with *child open, 0 at the end, or -errno. The name is in *name. */
static int next_child(DIR *dir, int *child, const char **name)
{
	struct dirent *entry;

	while ((errno = 0, entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		*child = openat(dirfd(dir), entry->d_name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (*child < 0 && errno == ENOENT)
			continue;
		*name = entry->d_name;
		return *child < 0 ? -errno : 1;
	}
	return -errno;
}

static DIR *open_dir(int folder)
{
	DIR *dir = fdopendir(folder);

	if (!dir) {
		int saved = errno;

		close(folder);
		errno = saved;
	}
	return dir;
}

/* pids of folder, which is handed over, and of all below it. */
static int collect(int folder, int depth, struct pid_list *list)
{
	cleanup_closedir DIR *dir = open_dir(folder);
	const char *name;
	int child, r;

	if (!dir)
		return -errno;
	if (depth > MAX_DEPTH)
		return -ELOOP;
	r = read_procs(folder, list);
	while (r == 0 && (r = next_child(dir, &child, &name)) > 0)
		r = collect(child, depth + 1, list);
	return r;
}

/* Removes the folders below folder, which is handed over, deepest first. */
static int remove_below(int folder, int depth)
{
	cleanup_closedir DIR *dir = open_dir(folder);
	const char *name;
	int child, r = 0;

	if (!dir)
		return -errno;
	if (depth > MAX_DEPTH)
		return -ELOOP;
	while (r == 0 && (r = next_child(dir, &child, &name)) > 0) {
		r = remove_below(child, depth + 1);
		if (r == 0 && unlinkat(folder, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
			r = -errno;
	}
	return r;
}

/* The container's folder in h. -ENOENT when there is none. */
static int open_folder(const struct cgroup *cg, const struct cgroup_hierarchy *h)
{
	char path[CG_PATH_SIZE];
	int fd, r = cg_file_path(h, cg->path, NULL, path);

	if (r < 0)
		return r;
	fd = openat(cg->root_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int list_pids(const struct cgroup *cg, const struct cgroup_hierarchy *h,
		     struct pid_list *list)
{
	int folder = open_folder(cg, h);

	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	return collect(folder, 0, list);
}

int cg_pids(struct cgroup *cg, pid_t **pids, size_t *count, struct err *err)
{
	struct pid_list list = { 0 };
	int r = list_pids(cg, cg_find_processes(cg), &list);

	if (r < 0) {
		free(list.pids);
		return err_num(err, r, "list the processes of cgroup '%s'", cg->path);
	}
	*pids = list.pids;
	*count = list.count;
	return 0;
}

static int signal_listed(const struct cgroup *cg, const struct cgroup_hierarchy *h, int signal)
{
	struct pid_list list = { 0 };
	int r = list_pids(cg, h, &list);

	for (size_t i = 0; i < list.count; i++)
		if (kill(list.pids[i], signal) < 0 && errno != ESRCH && r == 0)
			r = -errno;
	free(list.pids);
	return r;
}

/* SIGKILL to all of one hierarchy. With cgroup.kill (v2, Linux 5.14) nothing can fork away. */
static int kill_all(struct cgroup *cg, struct cgroup_hierarchy *h)
{
	struct err ignored = { 0 };
	bool frozen;
	int r;

	/* in a plain folder the write would make the file and kill nobody */
	if (h->v2 && !cg->fake && cg_write(cg, h, "cgroup.kill", "1") == 0)
		r = 0;
	else {
		frozen = cg_freeze(cg, true, &ignored) == 0;
		r = signal_listed(cg, h, SIGKILL);
		if (!frozen)
			return r;
	}
	/* also for cgroup.kill: a process that v1's freezer holds dies only when it is thawed */
	(void)cg_freeze(cg, false, &ignored);
	return r;
}

int cg_signal(struct cgroup *cg, int signal, struct err *err)
{
	struct cgroup_hierarchy *h = cg_find_processes(cg);
	int r = signal == SIGKILL ? kill_all(cg, h) : signal_listed(cg, h, signal);

	if (r < 0)
		return err_num(err, r, "signal the processes of cgroup '%s'", cg->path);
	return 0;
}

static int remove_folder(const struct cgroup *cg, const struct cgroup_hierarchy *h)
{
	char path[CG_PATH_SIZE];
	int r = cg_file_path(h, cg->path, NULL, path);

	if (r < 0)
		return r;
	if (unlinkat(cg->root_fd, path, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	return -errno;
}

static int remove_busy(struct cgroup *cg, struct cgroup_hierarchy *h, struct err *err)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + REMOVE_TIMEOUT_NS;
	unsigned wait_us = 100;
	char pid[32] = "";
	int r;

	for (;;) {
		int folder;

		r = kill_all(cg, h);
		folder = open_folder(cg, h);
		if (folder == -ENOENT)
			return 0;
		if (r == 0)
			r = folder < 0 ? folder : remove_below(folder, 0);
		else if (folder >= 0)
			close(folder);
		if (r == 0)
			r = remove_folder(cg, h);
		if (r != -EBUSY || clock_ns(CLOCK_MONOTONIC) > end)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = wait_us * 1000L }, NULL);
		wait_us = wait_us < 20000 ? wait_us * 2 : 20000;
	}
	if (r == 0)
		return 0;
	(void)cg_read(cg, h, "cgroup.procs", pid, sizeof(pid));
	pid[strcspn(pid, "\n")] = '\0';
	return err_num(err, r, "remove cgroup '%s' in %s%s%s", cg->path, h->mount,
		       *pid ? ", which holds process " : "", pid);
}

int cg_remove(struct cgroup *cg, struct err *err)
{
	int first = 0;

	for (unsigned i = 0; i < cg->hierarchy_count; i++) {
		struct cgroup_hierarchy *h = &cg->hierarchies[i];
		int r = remove_folder(cg, h);

		if (r == -EBUSY || r == -ENOTEMPTY)
			r = remove_busy(cg, h, first < 0 ? NULL : err);
		else if (r < 0)
			err_num(first < 0 ? NULL : err, r, "remove cgroup '%s' in %s", cg->path,
				h->mount);
		if (r < 0 && first == 0)
			first = r;
	}
	return first;
}
