/*
 * copyup_check.c - compares what `ctrace copyup` saw with what lies in the upper layer.
 *
 *   copyup_check LOWER UPPER MERGED RENAMES EVENTS
 *
 * The truth is the upper layer: overlayfs marks each copied-up inode with the extended attribute
 * trusted.overlay.origin; what was created there has none. (Only copies of hard-linked files have
 * none either; they are known by the lower file's link count.) Each such inode must have exactly one
 * event that changes it (data of a metacopy may come in a second one), each event must have its
 * inode, and the bytes must be those of the lower file; none with CLONES in the environment, for a
 * file system that shares extents.
 *
 * Prints "N inodes, E events, M missed, F false, W wrong" and exits 0 when nothing is amiss.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "user/base/arena.h"
#include "user/base/file.h"
#include "user/base/json.h"
#include "user/base/str.h"

#define MAX_ITEMS 4096

struct event {
	const char *path, *kind;
	uint64_t size_bytes, copied_bytes;
	bool used;
};

struct inode {
	ino_t number;
	char *path;  /* below the root, as it was before any rename */
	char *path2; /* another name of it; with index=on either may have been opened first */
	mode_t mode;
	bool metacopy;
};

static struct event events[MAX_ITEMS];
static struct inode inodes[MAX_ITEMS];
static struct {
	const char *to, *from;
} renames[MAX_ITEMS];
static unsigned event_count, inode_count, rename_count;
static unsigned missed, extra, wrong;
static uint64_t summary_events, summary_lost, summary_bytes;
static const char *lower, *upper, *merged;
static bool clones;
static struct arena arena;

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "copyup_check: %s %s: %s\n", what, path, strerror(errno));
	exit(2);
}

static char *read_whole(const char *path, size_t *len)
{
	struct err err = { 0 };
	char *text;
	ssize_t n = file_read(AT_FDCWD, path, 64 << 20, &text, &err);

	if (n < 0)
		fail("read", path);
	*len = (size_t)n;
	return text;
}

static void read_event(const struct json *line)
{
	struct event *e = &events[event_count];
	struct err err = { 0 };
	const char *type = "";

	json_get_string(line, "type", &type, &err);
	if (str_eq(type, "copyup") && event_count < MAX_ITEMS) {
		if (json_get_string(line, "path", &e->path, &err) < 0 ||
		    json_get_string(line, "kind", &e->kind, &err) < 0 ||
		    json_get_u64(line, "size_bytes", &e->size_bytes, &err) < 0 ||
		    json_get_u64(line, "copied_bytes", &e->copied_bytes, &err) < 0)
			fail(err.message, "");
		event_count++;
	} else if (str_eq(type, "summary")) {
		json_get_u64(line, "events", &summary_events, &err);
		json_get_u64(line, "lost", &summary_lost, &err);
		json_get_u64(line, "bytes", &summary_bytes, &err);
	}
}

static void read_events(const char *path)
{
	size_t len;
	char *text = read_whole(path, &len), *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct err err = { 0 };
		struct json *root;

		if (json_parse(&arena, line, strlen(line), &root, &err) < 0)
			fail(err.message, line);
		read_event(root);
	}
}

static void read_renames(const char *path)
{
	size_t len;
	char *text = read_whole(path, &len);

	for (size_t at = 0; at < len && rename_count < MAX_ITEMS;) {
		renames[rename_count].to = text + at + strlen(merged);
		at += strlen(text + at) + 1;
		renames[rename_count].from = text + at + strlen(merged);
		at += strlen(text + at) + 1;
		rename_count++;
	}
}

static char *before_renames(const char *path)
{
	for (unsigned i = 0; i < rename_count; i++)
		if (str_eq(renames[i].to, path))
			return strdup(renames[i].from);
	return strdup(path);
}

static bool exists(const char *root, const char *path)
{
	char whole[8192];
	struct stat st;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	return lstat(whole, &st) == 0;
}

static bool is_hard_linked_below(const char *path)
{
	char whole[8192];
	struct stat st;

	snprintf(whole, sizeof(whole), "%s%s", lower, path);
	return lstat(whole, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 1;
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char value[256], *old;

	(void)type;
	if (ftw->level == 0 ||
	    (lgetxattr(path, "trusted.overlay.origin", value, sizeof(value)) < 0 &&
	     !is_hard_linked_below(path + strlen(upper))))
		return 0;
	old = before_renames(path + strlen(upper));
	for (unsigned i = 0; i < inode_count; i++) {
		if (inodes[i].number != st->st_ino)
			continue;
		/* A new hard link to it: the name it had below counts. */
		if (exists(lower, old)) {
			inodes[i].path2 = inodes[i].path;
			inodes[i].path = old;
		}
		return 0;
	}
	if (inode_count == MAX_ITEMS)
		fail("too many inodes", path);
	inodes[inode_count++] = (struct inode){
		.number = st->st_ino,
		.path = old,
		.mode = st->st_mode,
		.metacopy = lgetxattr(path, "trusted.overlay.metacopy", value, sizeof(value)) >= 0,
	};
	return 0;
}

static struct event *take_event(const char *path, const char *kind)
{
	for (unsigned i = 0; i < event_count; i++) {
		struct event *e = &events[i];

		if (!e->used && str_starts_with(e->path, merged) && str_eq(e->kind, kind) &&
		    str_eq(e->path + strlen(merged), path)) {
			e->used = true;
			return e;
		}
	}
	return NULL;
}

/* JSON has no bytes outside UTF-8: each is U+FFFD there. */
static const char *as_json(const char *path)
{
	static char text[8192];
	size_t used = 0;

	for (size_t len = strlen(path); *path && used + 4 < sizeof(text);) {
		size_t n = utf8_sequence(path, len);

		memcpy(text + used, n ? path : "\xef\xbf\xbd", n ? n : 3);
		used += n ? n : 3;
		path += n ? n : 1;
		len -= n ? n : 1;
	}
	text[used] = '\0';
	return text;
}

static void complain(const char *what, const char *path, const struct event *e, uint64_t expected)
{
	cleanup_strbuf struct strbuf shown = { 0 };

	strbuf_puts_escaped(&shown, path, strlen(path));
	printf("# %s: %s", what, shown.data ? shown.data : "");
	if (e)
		printf(" (%s, size %llu, copied %llu, expected %llu)", e->kind,
		       (unsigned long long)e->size_bytes, (unsigned long long)e->copied_bytes,
		       (unsigned long long)expected);
	printf("\n");
}

/* Copy-up skips a hole in front of data, and O_TRUNC copies nothing. */
static uint64_t bytes_to_copy(const char *path, struct stat *st)
{
	char whole[8192];
	off_t data;
	int fd;

	snprintf(whole, sizeof(whole), "%s%s", lower, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) < 0)
		fail("open", whole);
	data = st->st_size ? lseek(fd, 0, SEEK_DATA) : 0;
	close(fd);
	if (clones || str_starts_with(path, "/trunc_open/"))
		return 0;
	return (uint64_t)(st->st_size - data);
}

static void check_regular(const struct inode *inode, const char *shown)
{
	struct event *meta, *data;
	struct stat st;
	uint64_t expected = bytes_to_copy(inode->path, &st);

	meta = take_event(shown, "meta");
	data = take_event(shown, "data");
	if (!meta && !data && inode->path2)
		data = take_event(as_json(inode->path2), "data");
	if (inode->metacopy ? !meta || data : !data) {
		missed++;
		complain("missed", inode->path, NULL, 0);
		return;
	}
	if (data && (data->copied_bytes != expected || data->size_bytes != (uint64_t)st.st_size)) {
		wrong++;
		complain("wrong", inode->path, data, expected);
	}
	if (meta && (meta->copied_bytes || meta->size_bytes != (uint64_t)st.st_size)) {
		wrong++;
		complain("wrong", inode->path, meta, 0);
	}
}

static void check(void)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < inode_count; i++) {
		const struct inode *inode = &inodes[i];
		const char *shown = as_json(inode->path);

		if (S_ISREG(inode->mode)) {
			check_regular(inode, shown);
		} else if (!take_event(shown, S_ISDIR(inode->mode) ? "dir" : "meta")) {
			missed++;
			complain("missed", inode->path, NULL, 0);
		}
	}
	for (unsigned i = 0; i < event_count; i++) {
		bytes += events[i].copied_bytes;
		if (!events[i].used) {
			extra++;
			complain("false", events[i].path, &events[i], 0);
		}
	}
	if (summary_events != event_count || summary_lost || summary_bytes != bytes) {
		wrong++;
		printf("# the summary says %llu events, %llu lost, %llu bytes\n",
		       (unsigned long long)summary_events, (unsigned long long)summary_lost,
		       (unsigned long long)summary_bytes);
	}
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fprintf(stderr, "usage: copyup_check LOWER UPPER MERGED RENAMES EVENTS\n");
		return 2;
	}
	lower = argv[1];
	upper = argv[2];
	merged = argv[3];
	clones = getenv("CLONES") != NULL;
	read_renames(argv[4]);
	read_events(argv[5]);
	if (nftw(upper, visit, 64, FTW_PHYS) < 0)
		fail("walk", upper);
	check();
	printf("%u inodes, %u events, %u missed, %u false, %u wrong\n", inode_count, event_count,
	       missed, extra, wrong);
	return missed || extra || wrong || !inode_count;
}
