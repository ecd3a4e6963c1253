/*
 * state.c - the folder, the lock, writing the records. See state.h; reading is in state_load.c.
 */
#include "runtime/core/state.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/path.h"

static int folder_path(const char *root, const char *id, char *buf, size_t size, struct err *err)
{
	if (!path_is_id(id))
		return err_set(err, EINVAL, "invalid container id \"%s\"", id);
	if (path_join(root, id, buf, size) < 0)
		return err_num(err, ENAMETOOLONG, "container \"%s\"", id);
	return 0;
}

int state_create(const char *root, const char *id, struct state_folder *folder, struct err *err)
{
	char path[4096];
	int r = folder_path(root, id, path, sizeof(path), err);

	if (r < 0)
		return r;
	r = mkdir(path, 0700);
	if (r < 0 && errno == ENOENT) {
		if (file_mkdir_all(AT_FDCWD, root, 0700, err) < 0)
			return err_wrap(err, "state folder");
		r = mkdir(path, 0700);
	}
	if (r < 0 && errno == EEXIST)
		return err_set(err, EEXIST, "container with id \"%s\" exists already", id);
	if (r < 0)
		return err_sys(err, "make state folder '%s'", path);
	folder->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		r = err_sys(err, "open state folder '%s'", path);
		rmdir(path);
		return r;
	}
	return 0;
}

int state_open(const char *root, const char *id, struct state_folder *folder, struct err *err)
{
	char path[4096];
	int r = folder_path(root, id, path, sizeof(path), err);

	if (r < 0)
		return r;
	folder->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd >= 0)
		return 0;
	return errno == ENOENT ? err_set(err, ENOENT, "container \"%s\" does not exist", id)
			       : err_sys(err, "open state folder '%s'", path);
}

void state_close(struct state_folder *folder)
{
	state_unlock(folder);
	if (folder->fd >= 0)
		close(take_fd(&folder->fd));
}

int state_remove(const char *root, const char *id, struct err *err)
{
	char path[4096];
	int r = folder_path(root, id, path, sizeof(path), err);

	return r < 0 ? r : file_remove_all(AT_FDCWD, path, err);
}

int state_write_intent(struct state_folder *folder, const struct container *container,
		       struct err *err)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct json_writer w = { 0 };
	int r = 0;

	folder->intent = openat(folder->fd, "intent.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
				0600);
	if (folder->intent < 0 || fcntl(folder->intent, F_SETLK, &lock) < 0)
		return err_sys(err, "write intent.json");
	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "id", container->id);
	jw_member_string(&w, "bundle", container->bundle);
	jw_member_string(&w, "cgroup", container->cgroup_path);
	jw_member_bool(&w, "systemd_cgroup", container->systemd_cgroup);
	jw_member_i64(&w, "creator", getpid());
	jw_object_end(&w);
	r = w.out.failed ? -ENOMEM : fd_write_all(folder->intent, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "write intent.json") : 0;
}

void state_unlock(struct state_folder *folder)
{
	if (folder->intent >= 0)
		close(take_fd(&folder->intent));
}

static void write_hook(struct json_writer *w, const struct spec_hook *hook)
{
	jw_object_begin(w);
	jw_member_string(w, "path", hook->path);
	if (hook->args)
		jw_member_strings(w, "args", hook->args);
	if (hook->env)
		jw_member_strings(w, "env", hook->env);
	if (hook->timeout_s.set)
		jw_member_i64(w, "timeout", hook->timeout_s.value);
	jw_object_end(w);
}

/* The kinds that run after creation, when the config may be gone. */
static void write_hooks(struct json_writer *w, const struct spec *spec)
{
	jw_key(w, "hooks");
	jw_object_begin(w);
	for (enum spec_hook_kind kind = SPEC_HOOK_POSTSTART; kind <= SPEC_HOOK_POSTSTOP; kind++) {
		if (!spec->hooks[kind].count)
			continue;
		jw_key(w, spec_hook_name(kind));
		jw_array_begin(w);
		for (size_t i = 0; i < spec->hooks[kind].count; i++)
			write_hook(w, &spec->hooks[kind].items[i]);
		jw_array_end(w);
	}
	jw_object_end(w);
}

static void write_annotations(struct json_writer *w, const char *const *annotations)
{
	jw_key(w, "annotations");
	jw_object_begin(w);
	for (; annotations && annotations[0]; annotations += 2)
		jw_member_string(w, annotations[0], annotations[1]);
	jw_object_end(w);
}

int state_write(const struct state_folder *folder, const struct container *container,
		const struct spec *spec, struct err *err)
{
	struct json_writer w = { 0 };
	int r;

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "ociVersion", container->version);
	jw_member_string(&w, "id", container->id);
	jw_member_i64(&w, "pid", container->pid);
	jw_member_u64(&w, "start_time", container->start_time);
	jw_member_u64(&w, "created_ns", container->created_ns);
	jw_member_string(&w, "bundle", container->bundle);
	jw_member_string(&w, "rootfs", container->rootfs);
	jw_member_string(&w, "cgroup", container->cgroup_path);
	jw_member_bool(&w, "systemd_cgroup", container->systemd_cgroup);
	jw_member_bool(&w, "no_new_privileges", spec->process.no_new_privileges);
	write_annotations(&w, container->annotations);
	write_hooks(&w, spec);
	if (spec->linux_.seccomp) {
		cleanup_free char *text = strndup(spec->linux_.seccomp->source,
						  spec->linux_.seccomp->source_len);

		jw_key(&w, "seccomp");
		jw_raw(&w, text ? text : "null");
	}
	jw_object_end(&w);
	r = w.out.failed ? err_num(err, ENOMEM, "write state.json")
			 : file_write_atomic(folder->fd, "state.json", w.out.data, w.out.len, 0600,
					     FILE_VOLATILE, err);
	strbuf_free(&w.out);
	return r;
}

void state_print(const struct container *container, struct strbuf *out, int indent)
{
	struct json_writer w = { .indent = indent };

	jw_object_begin(&w);
	jw_member_string(&w, "ociVersion", container->version ? container->version : "1.0.2");
	jw_member_string(&w, "id", container->id);
	jw_member_string(&w, "status", container_status_name(container->status));
	if (container->status != CONTAINER_STOPPED)
		jw_member_i64(&w, "pid", container->pid);
	else
		jw_member_i64(&w, "pid", 0);
	jw_member_string(&w, "bundle", container->bundle);
	if (container->rootfs)
		jw_member_string(&w, "rootfs", container->rootfs);
	if (container->created_ns) {
		char text[CLOCK_RFC3339_SIZE];

		jw_member_string(&w, "created", clock_rfc3339(container->created_ns, text));
	}
	if (container->annotations && container->annotations[0])
		write_annotations(&w, container->annotations);
	jw_object_end(&w);
	if (w.out.failed)
		out->failed = true;
	else
		strbuf_append(out, w.out.data, w.out.len);
	strbuf_free(&w.out);
}
