/*
 * logs.c - `cbox logs`: what a detached container printed, stdout and stderr apart.
 *
 * Following needs no help from the monitor: it appends, and renames the file when it grows too
 * large (monitor/main.c); a new inode under the old name means that the rest is in log.1.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/log_line.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/log.h"
#include "user/base/num.h"
#include "user/base/str.h"

#define POLL_NS 20000000
#define BUFFER_SIZE (64u << 10)

struct logs_options {
	bool follow, timestamps;
	const char *tail;
};

static const struct opt logs_table[] = {
	{ "follow", 'f', OPT_FLAG, offsetof(struct logs_options, follow), NULL,
	  "go on until the container ends" },
	{ "tail", 'n', OPT_STRING, offsetof(struct logs_options, tail), "N|all",
	  "only the last N lines" },
	{ "timestamps", 't', OPT_FLAG, offsetof(struct logs_options, timestamps), NULL,
	  "put the time before each line" },
	OPT_END
};

struct reader {
	const struct logs_options *options;
	struct strbuf pending; /* a line that has not ended yet */
	bool continued[2];     /* the program's line of this stream goes on */
};

static void print_line(struct reader *reader, const char *line, size_t len)
{
	struct log_line parsed;
	FILE *out;

	if (!log_line_parse(line, len, &parsed))
		return;
	out = parsed.is_stderr ? stderr : stdout;
	if (reader->options->timestamps && !reader->continued[parsed.is_stderr])
		fprintf(out, "%.*s ", (int)parsed.time_len, parsed.time);
	fwrite(parsed.text, 1, parsed.text_len, out);
	if (!parsed.partial)
		fputc('\n', out);
	reader->continued[parsed.is_stderr] = parsed.partial;
}

/* Prints the whole lines of what fd has to give. */
static int print_new(struct reader *reader, int fd, struct err *err)
{
	static char buf[BUFFER_SIZE];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		char *at = buf, *end = buf + n, *newline;

		while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
			strbuf_append(&reader->pending, at, (size_t)(newline - at));
			if (reader->pending.data)
				print_line(reader, reader->pending.data, reader->pending.len);
			reader->pending.len = 0;
			at = newline + 1;
		}
		strbuf_append(&reader->pending, at, (size_t)(end - at));
	}
	if (fflush(stdout) != 0 || fflush(stderr) != 0)
		return err_sys(err, "print the log");
	return n < 0 ? err_sys(err, "read the log") : 0;
}

/* Moves fd so that only the last count lines follow. */
static int skip_to_tail(int fd, uint64_t count, struct err *err)
{
	static char buf[BUFFER_SIZE];
	off_t at = lseek(fd, 0, SEEK_END);
	bool first = true;

	while (at > 0) {
		size_t want = at < (off_t)sizeof(buf) ? (size_t)at : sizeof(buf);
		ssize_t n = pread(fd, buf, want, at - (off_t)want);

		if (n < 0)
			return err_sys(err, "read the log");
		for (ssize_t i = n; i-- > 0;) {
			if (buf[i] != '\n')
				continue;
			/* the newline at the very end belongs to the last line */
			if (!first && count-- <= 1)
				return lseek(fd, at - (off_t)want + i + 1, SEEK_SET) < 0
					       ? err_sys(err, "read the log")
					       : 0;
			if (first && count == 0)
				return 0;
			first = false;
		}
		at -= (off_t)want;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? err_sys(err, "read the log") : 0;
}

static int open_log(const struct places *places, const char *id, const char *name)
{
	char path[128];

	fmt_string(path, sizeof(path), "containers/%s/%s", id, name);
	return openat(places->root_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* True when the file behind fd no longer is the log: it was rotated away. */
static bool was_rotated(const struct places *places, const char *id, int fd)
{
	struct stat now, ours;
	char path[128];

	fmt_string(path, sizeof(path), "containers/%s/log", id);
	return fstatat(places->root_fd, path, &now, 0) == 0 && fstat(fd, &ours) == 0 &&
	       now.st_ino != ours.st_ino;
}

static int follow(struct reader *reader, const struct places *places,
		  const struct container_info *info, int *fd, struct err *err)
{
	static const struct timespec pause = { 0, POLL_NS };

	for (;;) {
		bool alive = owner_is_alive(&info->owner);
		bool rotated = was_rotated(places, info->config.id, *fd);

		if (print_new(reader, *fd, err) < 0)
			return -err->number;
		if (rotated) {
			close(*fd);
			*fd = open_log(places, info->config.id, "log");
			if (*fd < 0)
				return 0; /* removed with its container */
			continue;
		}
		if (!alive)
			return 0;
		nanosleep(&pause, NULL);
	}
}

static int print_log(const struct logs_options *o, const struct places *places,
		     const struct container_info *info, struct err *err)
{
	struct reader reader = { .options = o };
	cleanup_close int fd = open_log(places, info->config.id, "log");
	cleanup_close int old = o->tail ? -1 : open_log(places, info->config.id, "log.1");
	uint64_t tail = 0;
	int r = 0;

	if (o->tail && !str_eq(o->tail, "all") && num_u64(o->tail, &tail) < 0) {
		err_set(err, EINVAL, "--tail: expected a number or all, got \"%.40s\"", o->tail);
		return err_status(err, EXIT_USAGE);
	}
	if (fd < 0 && !info->config.detached) {
		log_warning("container %s ran in the foreground: its output went to the caller of "
			    "'cbox run', and nothing was kept",
			    info->config.name);
		return EXIT_OK;
	}
	if (fd < 0)
		return errno == ENOENT ? EXIT_OK : err_sys(err, "open the log");
	if (o->tail && !str_eq(o->tail, "all"))
		r = skip_to_tail(fd, tail, err);
	if (r == 0 && old >= 0)
		r = print_new(&reader, old, err);
	if (r == 0)
		r = o->follow && info->status != STATUS_EXITED
			    ? follow(&reader, places, info, &fd, err)
			    : print_new(&reader, fd, err);
	strbuf_free(&reader.pending);
	return r < 0 ? r : EXIT_OK;
}

static int run_logs(void *opts, int argc, char **argv, struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct container_info info;

	(void)argc;
	if (places_open(&places, err) < 0 || status_find(&arena, &places, argv[0], &info, err) < 0)
		return -err->number;
	return print_log(opts, &places, &info, err);
}

const struct command cli_logs = {
	.name = "logs",
	.args = "CONTAINER",
	.summary = "print what a detached container wrote to stdout and stderr",
	.details = "The log is kept up to 16 MiB a container, in two files of 8.",
	.opts = logs_table,
	.opts_size = sizeof(struct logs_options),
	.min_args = 1,
	.max_args = 1,
	.run = run_logs,
};
