/*
 * copyup_ops.c - makes overlay files go up in every way we know, for the truth test of
 * `ctrace copyup`.
 *
 *   copyup_ops prepare LOWER       fills the lower layer: a folder for each kind of operation
 *   copyup_ops run MERGED RENAMES  does the operations; writes "new<NUL>old<NUL>" for each rename
 *   copyup_ops noise MERGED        copies everything below other/ up, to test the filter
 *
 * It never says what should be copied up: copyup_check.c takes that from the upper layer.
 * See: fs/overlayfs/copy_up.c for what makes a copy-up.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define FILES 8 /* in each folder */
#define DEPTH 40
#define THREADS 4

static FILE *renames;

static void die(const char *what, const char *path)
{
	fprintf(stderr, "copyup_ops: %s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

#define DO(call, path)                    \
	do {                              \
		if ((call) < 0)           \
			die(#call, path); \
	} while (0)

static void renamed(const char *from, const char *to)
{
	fprintf(renames, "%s%c%s%c", to, 0, from, 0);
}

static int open_for(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		die("open", path);
	return fd;
}

static void write_some(int fd, const char *path)
{
	if (write(fd, "cbox", 4) != 4)
		die("write", path);
}

/* ---- operations on one file each -------------------------------------------------------- */

static void op_wronly(const char *path)
{
	int fd = open_for(path, O_WRONLY);

	write_some(fd, path);
	close(fd);
}

static void op_rdwr(const char *path)
{
	close(open_for(path, O_RDWR));
}

static void op_trunc_open(const char *path)
{
	close(open_for(path, O_WRONLY | O_TRUNC));
}

static void op_append(const char *path)
{
	int fd = open_for(path, O_WRONLY | O_APPEND);

	write_some(fd, path);
	close(fd);
}

static void op_truncate(const char *path)
{
	DO(truncate(path, 3), path);
}

static void op_ftruncate(const char *path)
{
	int fd = open_for(path, O_RDWR);

	DO(ftruncate(fd, 0), path);
	close(fd);
}

static void op_chmod(const char *path)
{
	DO(chmod(path, 0600), path);
}

static void op_fchmod(const char *path)
{
	int fd = open_for(path, O_RDONLY);

	DO(fchmod(fd, 0640), path);
	close(fd);
}

static void op_chown(const char *path)
{
	DO(lchown(path, 7, 8), path);
}

static void op_utimens(const char *path)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 2 } };

	DO(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), path);
}

static void op_setxattr(const char *path)
{
	DO(lsetxattr(path, "trusted.cbox", "v", 1, 0), path);
}

static void op_rename(const char *path)
{
	char to[4400];

	snprintf(to, sizeof(to), "%s.new", path);
	DO(rename(path, to), path);
	renamed(path, to);
}

static void op_link(const char *path)
{
	char to[4400];

	snprintf(to, sizeof(to), "%s.link", path);
	DO(link(path, to), path);
}

static void op_mmap(const char *path)
{
	int fd = open_for(path, O_RDWR);
	char *map;

	DO(ftruncate(fd, 8192), path);
	map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap", path);
	map[5000] = 'x';
	munmap(map, 8192);
	close(fd);
}

static void op_fallocate(const char *path)
{
	int fd = open_for(path, O_WRONLY);

	if (fallocate(fd, 0, 0, 10000) < 0 && errno != EOPNOTSUPP)
		die("fallocate", path);
	close(fd);
}

static void op_copy_range(const char *path)
{
	int from = open_for("/proc/self/exe", O_RDONLY), to = open_for(path, O_WRONLY);

	if (sendfile(to, from, NULL, 5000) < 0)
		die("sendfile", path);
	close(from);
	close(to);
}

static void op_openat(const char *path)
{
	char dir[4400];
	char *base;
	int dirfd;

	snprintf(dir, sizeof(dir), "%s", path);
	base = strrchr(dir, '/');
	*base++ = '\0';
	dirfd = open_for(dir, O_PATH | O_DIRECTORY);
	DO(dirfd, dir);
	close(openat(dirfd, base, O_WRONLY | O_CLOEXEC));
	close(dirfd);
}

static void op_as_other_user(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setresuid(12345, 12345, 12345) < 0)
			_exit(1);
		op_wronly(path);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("as another user", path);
}

/* Must leave no trace: looking is not writing, and a refused change is none. */
static void op_look(const char *path)
{
	char buf[64];
	struct stat st;
	int fd = open_for(path, O_RDONLY), status;
	pid_t pid;

	if (read(fd, buf, sizeof(buf)) < 0 || fstat(fd, &st) < 0 || access(path, W_OK) < 0)
		die("look", path);
	mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	lgetxattr(path, "user.none", buf, sizeof(buf));
	close(fd);
	pid = fork();
	if (pid == 0) {
		if (setresuid(12345, 12345, 12345) < 0)
			_exit(1);
		_exit(chmod(path, 0777) == 0 || chown(path, 1, 1) == 0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		die("refused change", path);
}

struct race {
	pthread_barrier_t *start;
	const char *path;
};

static void *racer(void *arg)
{
	struct race *race = arg;

	pthread_barrier_wait(race->start);
	close(open_for(race->path, O_WRONLY));
	return NULL;
}

/* Several threads want the same file: one copies, the others wait. */
static void op_race(const char *path)
{
	pthread_t threads[THREADS];
	pthread_barrier_t start;
	struct race race = { &start, path };

	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, racer, &race);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
}

/* ---- operations in a folder, which goes up because of what happens in it ------------------ */

static void in_folder(const char *dir, const char *name, char *path, size_t size)
{
	if (snprintf(path, size, "%s/%s", dir, name) >= (int)size)
		die("name in", dir);
}

static void dir_unlink(const char *dir)
{
	char path[4400];

	in_folder(dir, "inside", path, sizeof(path));
	DO(unlink(path), path);
}

static void dir_mkdir(const char *dir)
{
	char path[4400];

	in_folder(dir, "made", path, sizeof(path));
	DO(mkdir(path, 0700), path);
}

static void dir_create(const char *dir)
{
	char path[4400];

	in_folder(dir, "made", path, sizeof(path));
	close(open_for(path, O_WRONLY | O_CREAT | O_EXCL));
}

static void dir_symlink(const char *dir)
{
	char path[4400];

	in_folder(dir, "made", path, sizeof(path));
	DO(symlink("target", path), path);
}

static void dir_replace(const char *dir)
{
	char from[4400], to[4400];

	in_folder(dir, "made", from, sizeof(from));
	in_folder(dir, "inside", to, sizeof(to));
	close(open_for(from, O_WRONLY | O_CREAT));
	DO(rename(from, to), from);
}

/* EXDEV is the answer without redirect_dir: then nothing goes up but the parent. */
static void dir_rename(const char *dir)
{
	char to[4400];

	snprintf(to, sizeof(to), "%s.new", dir);
	if (rename(dir, to) == 0)
		renamed(dir, to);
	else if (errno != EXDEV)
		die("rename folder", dir);
}

/* ---- the tables --------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(const char *path);
} file_ops[] = {
	{ "wronly", op_wronly },	 { "rdwr", op_rdwr },
	{ "trunc_open", op_trunc_open }, { "append", op_append },
	{ "truncate", op_truncate },	 { "ftruncate", op_ftruncate },
	{ "chmod", op_chmod },		 { "fchmod", op_fchmod },
	{ "chown", op_chown },		 { "utimens", op_utimens },
	{ "setxattr", op_setxattr },	 { "rename", op_rename },
	{ "link", op_link },		 { "mmap", op_mmap },
	{ "fallocate", op_fallocate },	 { "copy_range", op_copy_range },
	{ "openat", op_openat },	 { "other_user", op_as_other_user },
	{ "look", op_look },		 { "race", op_race },
	{ "hardlink", op_append },	 { "sparse", op_wronly },
	{ "names", op_wronly },
}, dir_ops[] = {
	{ "dir_unlink", dir_unlink }, { "dir_mkdir", dir_mkdir },   { "dir_create", dir_create },
	{ "dir_symlink", dir_symlink }, { "dir_replace", dir_replace }, { "dir_rename", dir_rename },
	{ "dir_chmod", op_chmod },
}, special_ops[] = {
	{ "symlink", op_chown }, { "fifo", op_chmod }, { "device", op_utimens },
};

#define EACH(i, table) (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)

static const char *const odd_names[FILES] = {
	"plain",
	"with blank",
	"line\nbreak",
	"esc\033[31m",
	"quote\"back\\slash",
	"h\303\274tte",
	"bad\377utf8",
	"long-name-"
	"012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
	"0"
	"012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
	"0"
	"012345678901234567890123456789012345678901234567890123456789012",
};

static void make_file(const char *path, size_t size)
{
	static char block[65536];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	memset(block, 'd', sizeof(block));
	if (fd < 0)
		die("create", path);
	while (size) {
		size_t n = size < sizeof(block) ? size : sizeof(block);

		if (write(fd, block, n) != (ssize_t)n)
			die("write", path);
		size -= n;
	}
	DO(fchmod(fd, 0666), path);
	close(fd);
}

static void make_files(const char *dir, const char *op)
{
	static const size_t sizes[FILES] = { 0, 1, 4095, 4096, 4097, 65537, 200000, 600000 };
	char path[4400];

	for (int i = 0; i < FILES; i++) {
		if (!strcmp(op, "names"))
			in_folder(dir, odd_names[i], path, sizeof(path));
		else
			snprintf(path, sizeof(path), "%s/f%d", dir, i);
		if (!strcmp(op, "hardlink") && i % 2) {
			char first[4400];

			snprintf(first, sizeof(first), "%s/f%d", dir, i - 1);
			DO(link(first, path), path);
			continue;
		}
		make_file(path, !strcmp(op, "sparse") ? 0 : sizes[i]);
		if (!strcmp(op, "sparse")) {
			/* A hole, then data to the end: copy-up skips what is empty before data. */
			static const char data[3 * 4096 + 100] = { 'd' };
			int fd = open_for(path, O_WRONLY);

			DO(pwrite(fd, data, sizeof(data), (i + 1) * 131072), path);
			close(fd);
		}
	}
}

static void make_special(const char *path, const char *op)
{
	if (!strcmp(op, "symlink"))
		DO(symlink("to/nowhere", path), path);
	else if (!strcmp(op, "fifo"))
		DO(mkfifo(path, 0644), path);
	else
		DO(mknod(path, S_IFCHR | 0644, makedev(1, 3)), path);
}

static void path_of(const char *root, const char *op, int i, char *path, size_t size)
{
	if (!strcmp(op, "names"))
		snprintf(path, size, "%s/%s/%s", root, op, odd_names[i]);
	else
		snprintf(path, size, "%s/%s/f%d", root, op, i);
}

static void deep_path(const char *root, int depth, char *path, size_t size)
{
	size_t used = (size_t)snprintf(path, size, "%s/deep", root);

	for (int i = 0; i < depth; i++)
		used += (size_t)snprintf(path + used, size - used, "/level-%d", i);
}

static void prepare(const char *root)
{
	char path[4400];

	for
		EACH(i, file_ops)
		{
			snprintf(path, sizeof(path), "%s/%s", root, file_ops[i].name);
			DO(mkdir(path, 0755), path);
			make_files(path, file_ops[i].name);
		}
	for
		EACH(i, dir_ops)
		{
			snprintf(path, sizeof(path), "%s/%s", root, dir_ops[i].name);
			DO(mkdir(path, 0755), path);
			for (int f = 0; f < FILES; f++) {
				path_of(root, dir_ops[i].name, f, path, sizeof(path));
				DO(mkdir(path, 0755), path);
				snprintf(path + strlen(path), sizeof(path) - strlen(path),
					 "/inside");
				make_file(path, 100);
			}
		}
	for
		EACH(i, special_ops)
		{
			snprintf(path, sizeof(path), "%s/%s", root, special_ops[i].name);
			DO(mkdir(path, 0755), path);
			for (int f = 0; f < FILES; f++) {
				path_of(root, special_ops[i].name, f, path, sizeof(path));
				make_special(path, special_ops[i].name);
			}
		}
	for (int i = 0; i <= DEPTH; i++) {
		deep_path(root, i, path, sizeof(path));
		DO(mkdir(path, 0755), path);
	}
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/bottom");
	make_file(path, 12345);
	snprintf(path, sizeof(path), "%s/other", root);
	DO(mkdir(path, 0755), path);
	make_files(path, "other");
}

static void run(const char *root)
{
	char path[4400];

	for (int f = 0; f < FILES; f++) {
		for
			EACH(i, file_ops)
			{
				path_of(root, file_ops[i].name, f, path, sizeof(path));
				file_ops[i].run(path);
			}
		for
			EACH(i, dir_ops)
			{
				path_of(root, dir_ops[i].name, f, path, sizeof(path));
				dir_ops[i].run(path);
			}
		for
			EACH(i, special_ops)
			{
				path_of(root, special_ops[i].name, f, path, sizeof(path));
				special_ops[i].run(path);
			}
	}
	deep_path(root, DEPTH, path, sizeof(path));
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/bottom");
	op_append(path);
}

static void noise(const char *root)
{
	char path[4400];

	for (int f = 0; f < FILES; f++) {
		path_of(root, "other", f, path, sizeof(path));
		op_append(path);
	}
}

int main(int argc, char **argv)
{
	umask(0);
	if (argc == 3 && !strcmp(argv[1], "prepare")) {
		prepare(argv[2]);
	} else if (argc == 4 && !strcmp(argv[1], "run")) {
		renames = fopen(argv[3], "we");
		if (!renames)
			die("open", argv[3]);
		run(argv[2]);
		fclose(renames);
	} else if (argc == 3 && !strcmp(argv[1], "noise")) {
		noise(argv[2]);
	} else {
		fprintf(stderr,
			"usage: copyup_ops prepare LOWER | run MERGED RENAMES | noise MERGED\n");
		return 2;
	}
	return 0;
}
