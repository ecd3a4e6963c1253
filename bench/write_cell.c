/*
 * write_cell.c - see write_cell.h.
 */
#include "bench/write_cell.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

#define WRITE_BYTES 4096
#define CHUNK_BYTES (1u << 20)

struct counts {
	uint64_t task_bytes, device_bytes, free_bytes;
};

struct folders {
	char lower[256], upper[256], work[256], merged[256];
};

static int make_lower(const char *path, uint64_t size, struct err *err)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	cleanup_free char *chunk = malloc(CHUNK_BYTES);

	if (fd < 0 || !chunk)
		return err_sys(err, "create '%s'", path);
	memset(chunk, 'x', CHUNK_BYTES); /* data, not holes: copy-up skips holes */
	while (size) {
		size_t part = size < CHUNK_BYTES ? (size_t)size : CHUNK_BYTES;
		int r = fd_write_all(fd, chunk, part);

		if (r < 0)
			return err_num(err, r, "write '%s'", path);
		size -= part;
	}
	return fsync(fd) < 0 ? err_sys(err, "sync '%s'", path) : 0;
}

static int make_folders(struct folders *f, const char *base, unsigned sequence, struct err *err)
{
	struct {
		char *path;
		const char *name;
	} all[] = { { f->lower, "lower" },
		    { f->upper, "upper" },
		    { f->work, "work" },
		    { f->merged, "merged" } };
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(all) && r == 0; i++) {
		fmt_string(all[i].path, sizeof(f->lower), "%s/%u/%s", base, sequence, all[i].name);
		r = file_mkdir_all(AT_FDCWD, all[i].path, 0755, err);
	}
	return r;
}

static int mount_overlay(const struct folders *f, const char *options, struct err *err)
{
	bool metacopy = str_eq(options, "metacopy=on");
	char data[1024];

	/* Written out both ways: the kernel's default is a build option. */
	fmt_string(data, sizeof(data), "lowerdir=%s,upperdir=%s,workdir=%s,metacopy=%s", f->lower,
		   f->upper, f->work, metacopy ? "on" : "off");
	return mount("overlay", f->merged, "overlay", 0, data) < 0
		       ? err_sys(err, "mount overlay (%s)", options)
		       : 0;
}

static uint64_t task_bytes(void)
{
	static const char key[] = "\nwrite_bytes: ";
	cleanup_close int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
	char text[512], *at;
	uint64_t bytes;
	ssize_t n;

	n = fd < 0 ? -1 : fd_read_full(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, key);
	if (!at)
		return 0;
	at += strlen(key);
	at[strcspn(at, "\n")] = '\0';
	return num_u64(at, &bytes) == 0 ? bytes : 0;
}

/* Everything written so far is on the device when the counts are read. */
static int read_counts(const struct scratch_fs *fs, struct counts *counts, struct err *err)
{
	cleanup_close int dir = open(fs->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statvfs space;

	if (dir < 0 || syncfs(dir) < 0 || fstatvfs(dir, &space) < 0)
		return err_sys(err, "sync '%s'", fs->dir);
	counts->task_bytes = task_bytes();
	counts->device_bytes = fs->has_device ? loop_bytes_written(&fs->loop) : 0;
	counts->free_bytes = (uint64_t)space.f_bfree * space.f_frsize;
	return 0;
}

/* Opens, writes 4 KiB at offset and syncs, each step timed. */
static int write_at(struct write_cell *cell, const char *path, off_t offset, int flags,
		    struct err *err)
{
	uint64_t t0, t1, t2, t3;
	char data[WRITE_BYTES];
	cleanup_close int fd = -1;

	memset(data, 'y', sizeof(data));
	t0 = clock_ns(CLOCK_MONOTONIC);
	fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	t1 = clock_ns(CLOCK_MONOTONIC);
	if (fd < 0)
		return err_sys(err, "open '%s' for writing", path);
	if (pwrite(fd, data, sizeof(data), offset) != (ssize_t)sizeof(data))
		return err_sys(err, "write '%s'", path);
	t2 = clock_ns(CLOCK_MONOTONIC);
	if (fsync(fd) < 0)
		return err_sys(err, "sync '%s'", path);
	t3 = clock_ns(CLOCK_MONOTONIC);
	cell->logical_bytes = WRITE_BYTES;
	cell->open_ns = t1 - t0;
	cell->write_ns = t2 - t1;
	cell->fsync_ns = t3 - t2;
	return 0;
}

static int operate(struct write_cell *cell, const char *path, struct err *err)
{
	uint64_t t0;

	if (str_eq(cell->operation, "write"))
		return write_at(cell, path,
				(off_t)(cell->lower_bytes / 2 / WRITE_BYTES * WRITE_BYTES), 0, err);
	if (str_eq(cell->operation, "append"))
		return write_at(cell, path, (off_t)cell->lower_bytes, 0, err);
	if (str_eq(cell->operation, "truncate")) /* O_TRUNC: nothing needs copying */
		return write_at(cell, path, 0, O_TRUNC, err);
	if (!str_eq(cell->operation, "chmod")) {
		err_set(err, EINVAL, "no operation '%s'; known: %s", cell->operation,
			WRITE_OPERATIONS);
		return err_status(err, EXIT_USAGE);
	}
	t0 = clock_ns(CLOCK_MONOTONIC);
	if (chmod(path, 0600) < 0)
		return err_sys(err, "chmod '%s'", path);
	cell->open_ns = clock_ns(CLOCK_MONOTONIC) - t0;
	return 0;
}

static uint64_t difference(uint64_t more, uint64_t less)
{
	return more > less ? more - less : 0;
}

static int measure(struct write_cell *cell, const struct scratch_fs *fs, const char *path,
		   struct err *err)
{
	struct counts before, after;
	uint64_t factor_of;
	int r;

	r = read_counts(fs, &before, err);
	r = r < 0 ? r : operate(cell, path, err);
	r = r < 0 ? r : read_counts(fs, &after, err);
	if (r < 0)
		return r;
	cell->task_bytes = difference(after.task_bytes, before.task_bytes);
	cell->device_bytes = difference(after.device_bytes, before.device_bytes);
	cell->free_bytes = difference(before.free_bytes, after.free_bytes);
	factor_of = fs->has_device ? cell->device_bytes : cell->free_bytes;
	cell->factor = cell->logical_bytes ? (double)factor_of / (double)cell->logical_bytes : 0;
	return 0;
}

int write_cell_measure(struct write_cell *cell, const struct scratch_fs *fs, unsigned sequence,
		       struct err *err)
{
	struct folders f;
	char path[320];
	int r;

	r = make_folders(&f, fs->dir, sequence, err);
	if (r < 0)
		return r;
	fmt_string(path, sizeof(path), "%s/file", f.lower);
	r = make_lower(path, cell->lower_bytes, err);
	r = r < 0 ? r : mount_overlay(&f, cell->options, err);
	if (r < 0)
		return r;
	fmt_string(path, sizeof(path), "%s/file", f.merged);
	r = measure(cell, fs, path, err);
	umount2(f.merged, MNT_DETACH);
	return r;
}
