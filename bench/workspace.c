/*
 * workspace.c - see workspace.h.
 */
#include "bench/workspace.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "bench/bundle.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/str.h"

#define CGROUP_ROOT "/sys/fs/cgroup"
#define CGROUP2_MAGIC 0x63677270

static bool is_hybrid(void)
{
	struct statfs top, unified;

	return statfs(CGROUP_ROOT, &top) == 0 && top.f_type != CGROUP2_MAGIC &&
	       statfs(CGROUP_ROOT "/unified", &unified) == 0 && unified.f_type == CGROUP2_MAGIC;
}

/* A mount namespace of our own. Not being allowed to is fine: some subjects do not need it. */
static int isolate_mounts(struct workspace *ws, struct err *err)
{
	if (unshare(CLONE_NEWNS) < 0)
		return 0;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(err, "make mounts private");
	ws->private_mounts = true;
	if (is_hybrid()) {
		if (umount2(CGROUP_ROOT "/unified", MNT_DETACH) < 0)
			return err_sys(err, "hide '%s/unified'", CGROUP_ROOT);
		ws->hybrid_hidden = true;
	}
	return 0;
}

static int make_token(struct workspace *ws, struct err *err)
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_sys(err, "draw a random token");
	for (size_t i = 0; i < sizeof(random); i++)
		fmt_string(ws->token + 2 * i, 3, "%02x", random[i]);
	ws->payload_argv[0] = "/bin/echo";
	ws->payload_argv[1] = ws->token;
	ws->payload = ws->payload_argv;
	return 0;
}

static int find_program_dir(struct workspace *ws, struct err *err)
{
	ssize_t n = readlink("/proc/self/exe", ws->program_dir, sizeof(ws->program_dir) - 1);
	char *slash;

	if (n < 0)
		return err_sys(err, "find this program");
	ws->program_dir[n] = '\0';
	slash = strrchr(ws->program_dir, '/');
	if (slash)
		*slash = '\0';
	return 0;
}

static int make_dir(struct workspace *ws, struct err *err)
{
	static const char template[] = "/tmp/cbench-XXXXXX";

	memcpy(ws->dir, template, sizeof(template));
	if (!mkdtemp(ws->dir)) {
		ws->dir[0] = '\0';
		return err_sys(err, "make a folder '%s'", template);
	}
	if (ws->private_mounts && mount("cbench", ws->dir, "tmpfs", 0, "mode=0711") < 0)
		return err_sys(err, "mount a tmpfs on '%s'", ws->dir);
	return 0;
}

int workspace_open(struct workspace *ws, struct err *err)
{
	int r;

	*ws = (struct workspace){ .out = -1, .err = -1 };
	r = isolate_mounts(ws, err);
	r = r < 0 ? r : make_token(ws, err);
	r = r < 0 ? r : find_program_dir(ws, err);
	r = r < 0 ? r : make_dir(ws, err);
	if (r < 0)
		goto fail;
	fmt_string(ws->bundle, sizeof(ws->bundle), "%s/bundle", ws->dir);
	fmt_string(ws->idle_bundle, sizeof(ws->idle_bundle), "%s/idle", ws->dir);
	fmt_string(ws->rootfs, sizeof(ws->rootfs), "%s/rootfs", ws->dir);
	r = bundle_create(ws, err);
	if (r < 0)
		goto fail;
	ws->out = memfd_create("cbench-stdout", MFD_CLOEXEC);
	ws->err = memfd_create("cbench-stderr", MFD_CLOEXEC);
	if (ws->out < 0 || ws->err < 0) {
		r = err_sys(err, "make a buffer for output");
		goto fail;
	}
	return 0;
fail:
	workspace_close(ws);
	return r;
}

void workspace_close(struct workspace *ws)
{
	struct err ignored = { 0 };

	if (ws->out >= 0)
		close(ws->out);
	if (ws->err >= 0)
		close(ws->err);
	if (ws->dir[0] && ws->private_mounts)
		umount2(ws->dir, MNT_DETACH);
	if (ws->dir[0])
		file_remove_all(AT_FDCWD, ws->dir, &ignored);
	*ws = (struct workspace){ .out = -1, .err = -1 };
}

void workspace_rewind(struct workspace *ws)
{
	const int fds[] = { ws->out, ws->err };

	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		/* Cannot fail on a memory file of ours; if it did, old output would be found. */
		if (ftruncate(fds[i], 0) < 0 || lseek(fds[i], 0, SEEK_SET) < 0)
			abort();
}

bool workspace_token_seen(const struct workspace *ws)
{
	char text[4096], *at;
	ssize_t n = pread(ws->out, text, sizeof(text) - 1, 0);
	size_t len = strlen(ws->token);

	if (n <= 0)
		return false;
	text[n] = '\0';
	at = strstr(text, ws->token);
	/* A runtime that prints its arguments does not count: the token must be a whole line. */
	return at && (at == text || at[-1] == '\n') && (at[len] == '\n' || at[len] == '\r');
}

void workspace_last_words(const struct workspace *ws, char *text, size_t size)
{
	const int fds[] = { ws->err, ws->out };

	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(fds) && !text[0]; i++) {
		cleanup_strbuf struct strbuf shown = { 0 };
		off_t length = lseek(fds[i], 0, SEEK_END);
		char tail[512], *line;
		ssize_t n;

		n = pread(fds[i], tail, sizeof(tail) - 1,
			  length > (off_t)sizeof(tail) - 1 ? length - (off_t)sizeof(tail) + 1 : 0);
		while (n > 0 && (tail[n - 1] == '\n' || tail[n - 1] == '\r'))
			n--;
		if (n <= 0)
			continue;
		tail[n] = '\0';
		line = strrchr(tail, '\n');
		line = line ? line + 1 : tail;
		strbuf_puts_escaped(&shown, line, strlen(line));
		fmt_string(text, size, "%s", shown.data ? shown.data : "");
	}
}

int workspace_find(const struct workspace *ws, const char *const *places, const char *name,
		   char *path, size_t size)
{
	for (; *places; places++) {
		fmt_string(path, size, "%s/%s/%s", ws->program_dir, *places, name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	path[0] = '\0';
	return -ENOENT;
}

int workspace_which(const char *name, char *path, size_t size)
{
	const char *dirs = getenv("PATH");

	if (strchr(name, '/')) {
		fmt_string(path, size, "%s", name);
		return access(path, X_OK) == 0 ? 0 : -ENOENT;
	}
	/* Runtimes live in sbin, which an ordinary user's PATH lacks. */
	static const char *const extra = "/usr/local/sbin:/usr/sbin:/sbin";

	for (int pass = 0; pass < 2; pass++) {
		const char *p = pass ? extra : dirs;

		while (p && *p) {
			size_t len = strcspn(p, ":");

			fmt_string(path, size, "%.*s/%s", (int)len, p, name);
			if (len && access(path, X_OK) == 0)
				return 0;
			p += len + (p[len] == ':');
		}
	}
	path[0] = '\0';
	return -ENOENT;
}
