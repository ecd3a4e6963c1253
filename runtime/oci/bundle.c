/*
 * bundle.c - reading a bundle's config.json. See oci.h.
 *
 * One static buffer takes the text and one the parsed form: a start touches only the pages it
 * fills, and asks the kernel for no memory at all. Bigger configs go to the heap.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/oci/oci.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/path.h"
#include "user/base/str.h"

#define MAX_CONFIG (16 * 1024 * 1024)

static char text_buffer[64 * 1024];
static char arena_buffer[256 * 1024];

struct arena *oci_arena(void)
{
	static struct arena arena;

	if (!arena.next)
		arena_use(&arena, arena_buffer, sizeof(arena_buffer));
	return &arena;
}

int oci_read_text(const char *path, const char **text, size_t *len, struct err *err)
{
	cleanup_close int fd = str_eq(path, "-") ? fcntl(0, F_DUPFD_CLOEXEC, 3)
						 : open(path, O_RDONLY | O_CLOEXEC);
	char *rest, *whole;
	ssize_t n, more;

	if (fd < 0)
		return err_sys(err, "open '%s'", path);
	n = fd_read_full(fd, text_buffer, sizeof(text_buffer));
	if (n < 0)
		return err_num(err, (int)n, "read '%s'", path);
	*text = text_buffer;
	*len = (size_t)n;
	if ((size_t)n < sizeof(text_buffer))
		return 0;
	more = fd_read_all(fd, MAX_CONFIG, &rest);
	if (more < 0)
		return err_num(err, (int)more, "read '%s'", path);
	whole = realloc(rest, (size_t)(n + more));
	if (!whole) {
		free(rest);
		return err_num(err, ENOMEM, "read '%s'", path);
	}
	memmove(whole + n, whole, (size_t)more);
	memcpy(whole, text_buffer, (size_t)n);
	*text = whole;
	*len = (size_t)(n + more);
	return 0;
}

/* The kernel's own name of the folder, also when it was reached through links. */
static char *absolute(const char *path, struct err *err)
{
	static char buf[4096];

	if (path && chdir(path) < 0) {
		err_sys(err, "bundle '%s'", path);
		return NULL;
	}
	if (!getcwd(buf, sizeof(buf))) {
		err_sys(err, "bundle '%s'", path ? path : ".");
		return NULL;
	}
	return buf;
}

static int make_absolute(const char **path, struct err *err)
{
	char cwd[4096];

	if (!*path || **path == '/')
		return 0;
	if (!getcwd(cwd, sizeof(cwd)))
		return err_sys(err, "getcwd");
	*path = arena_printf(oci_arena(), "%s/%s", cwd, *path);
	return *path ? 0 : err_num(err, ENOMEM, "read the command line");
}

/* Makes paths and --root absolute: reading the bundle changes the folder. 0 or -errno. */
static int make_paths_absolute(const char **pid_file, const char **console_socket, struct err *err)
{
	int r = make_absolute(pid_file, err);

	if (r == 0)
		r = make_absolute(console_socket, err);
	return r == 0 ? make_absolute(&oci_globals.root, err) : r;
}

/* Reads <path>/config.json; path NULL is the current folder. Lives as long as the process. */
static int load_bundle(const char *path, struct oci_bundle *bundle, struct err *err)
{
	const char *text;
	size_t len;
	int r;

	bundle->arena = oci_arena();
	bundle->path = absolute(path, err);
	if (!bundle->path)
		return -err->number;
	r = oci_read_text("config.json", &text, &len, err);
	if (r < 0)
		return err_wrap(err, "bundle '%s'", bundle->path);
	r = spec_read(bundle->arena, text, len, &bundle->spec, err);
	if (r < 0)
		return err_wrap(err, "config.json");
	if (!bundle->spec.has_process)
		return err_set(err, EINVAL, "config.json: process: missing");
	return 0;
}

int oci_prepare(struct oci_create_options *given, const char *id, struct oci_bundle *bundle,
		struct container_options *options, struct err *err)
{
	int r = make_paths_absolute(&given->pid_file, &given->console_socket, err);

	if (r == 0)
		r = load_bundle(given->bundle, bundle, err);
	if (r < 0)
		return r;
	*options = (struct container_options){
		.state_root = oci_globals.root,
		.id = id,
		.bundle = bundle->path,
		.pid_file = given->pid_file,
		.console_socket = given->console_socket,
		.preserve_fds = given->preserve_fds,
		.no_pivot = given->no_pivot,
		.no_new_keyring = given->no_new_keyring,
		.systemd_cgroup = oci_globals.systemd_cgroup,
		.rootfs_fd = -1,
		.stdio = { -1, -1, -1 },
	};
	return 0;
}
