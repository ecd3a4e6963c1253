/*
 * status.c - see status.h; finding and listing are in find.c.
 */
#include "runtime/cli/status.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/proc.h"

#define MAX_RECORD (1u << 20)
#define PATH_SIZE 128

const char *status_name(enum status status)
{
	static const char *const names[] = { "created", "running", "exited", "dead" };

	return names[status];
}

static uint64_t namespace_inode(pid_t pid, const char *name)
{
	char path[48];
	struct stat st;

	fmt_string(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

int status_write_live(const struct places *places, const struct config *config, pid_t pid,
		      const char *cgroup, struct err *err)
{
	struct json_writer w = { 0 };
	char path[4400];
	int r;

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "id", config->id);
	jw_member_string(&w, "name", config->name);
	jw_member_i64(&w, "pid", pid);
	jw_member_u64(&w, "start_time", proc_start_time(pid));
	jw_member_string(&w, "cgroup", cgroup);
	jw_member_u64(&w, "mntns", namespace_inode(pid, "mnt"));
	jw_member_u64(&w, "netns", namespace_inode(pid, "net"));
	jw_member_u64(&w, "started_ns", clock_ns(CLOCK_REALTIME));
	fmt_string(path, sizeof(path), "%s/containers/%s/upper", places->root, config->id);
	jw_member_string(&w, "upper", path);
	jw_key(&w, "lower");
	jw_array_begin(&w);
	for (const char *const *lower = config->lower; *lower; lower++) {
		fmt_string(path, sizeof(path), "%s/layers/%s/diff", places->root, *lower);
		jw_string(&w, path);
	}
	jw_array_end(&w);
	jw_member_string(&w, "image", config->image);
	jw_object_end(&w);
	fmt_string(path, sizeof(path), "containers/%s.json", config->id);
	r = w.out.failed ? err_num(err, ENOMEM, "record the container")
			 : file_write_atomic(places->run_fd, path, w.out.data, w.out.len, 0644,
					     FILE_VOLATILE, err);
	strbuf_free(&w.out);
	return r;
}

int status_remove_live(const struct places *places, const char *id, struct err *err)
{
	char path[PATH_SIZE];

	fmt_string(path, sizeof(path), "containers/%s.json", id);
	if (unlinkat(places->run_fd, path, 0) < 0 && errno != ENOENT)
		return err_sys(err, "remove '%s'", path);
	return 0;
}

int status_write_ending(const struct places *places, const char *id, const struct ending *ending,
			struct err *err)
{
	struct json_writer w = { 0 };
	char path[PATH_SIZE];
	int r;

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_i64(&w, "exit_code", ending->exit_code);
	jw_member_bool(&w, "oom_killed", ending->oom_killed);
	jw_member_u64(&w, "started_ns", ending->started_ns);
	jw_member_u64(&w, "finished_ns", ending->finished_ns);
	jw_member_string(&w, "error", ending->error ? ending->error : "");
	jw_object_end(&w);
	fmt_string(path, sizeof(path), "containers/%s/state.json", id);
	r = w.out.failed ? err_num(err, ENOMEM, "record how it ended")
			 : file_write_atomic(places->root_fd, path, w.out.data, w.out.len, 0644,
					     FILE_VOLATILE, err);
	strbuf_free(&w.out);
	return r;
}

/* Parses a small record into the arena. NULL when it is not there or is no JSON. */
static const struct json *read_json(struct arena *arena, int fd, const char *path)
{
	cleanup_free char *data = NULL;
	ssize_t len = file_read(fd, path, MAX_RECORD, &data, NULL);
	char *text = len < 0 ? NULL : arena_strndup(arena, data, (size_t)len);
	struct json *root;

	return text && json_parse(arena, text, (size_t)len, &root, NULL) == 0 ? root : NULL;
}

static void load_live(struct arena *arena, const struct places *places, struct container_info *info)
{
	char path[PATH_SIZE];
	const struct json *root;
	uint32_t pid = 0;

	fmt_string(path, sizeof(path), "containers/%s.json", info->config.id);
	root = read_json(arena, places->run_fd, path);
	if (!root)
		return;
	json_get_u32(root, "pid", &pid, NULL);
	json_get_u64(root, "start_time", &info->start_time, NULL);
	json_get_u64(root, "started_ns", &info->started_ns, NULL);
	json_get_u64(root, "mntns", &info->mntns, NULL);
	json_get_u64(root, "netns", &info->netns, NULL);
	json_get_string(root, "cgroup", &info->cgroup, NULL);
	info->pid = (pid_t)pid;
}

static void load_ending(struct arena *arena, const struct places *places,
			struct container_info *info)
{
	char path[PATH_SIZE];
	const struct json *root;
	int64_t code = 0;

	fmt_string(path, sizeof(path), "containers/%s/state.json", info->config.id);
	root = read_json(arena, places->root_fd, path);
	if (!root)
		return;
	json_get_i64(root, "exit_code", &code, NULL);
	json_get_bool(root, "oom_killed", &info->oom_killed, NULL);
	json_get_u64(root, "started_ns", &info->started_ns, NULL);
	json_get_u64(root, "finished_ns", &info->finished_ns, NULL);
	json_get_string(root, "error", &info->error, NULL);
	info->exit_code = (int)code;
}

int status_load(struct arena *arena, const struct places *places, const char *id,
		struct container_info *info, struct err *err)
{
	cleanup_free char *text = NULL;
	char path[PATH_SIZE];
	ssize_t len;

	memset(info, 0, sizeof(*info));
	info->error = "";
	fmt_string(path, sizeof(path), "containers/%s/config.json", id);
	len = file_read(places->root_fd, path, MAX_RECORD, &text, err);
	if (len < 0)
		return (int)len;
	if (config_read(arena, text, (size_t)len, &info->config, err) < 0)
		return err_wrap(err, "container %.12s", id);
	if (owner_read(places->run_fd, id, &info->owner) == 0) {
		info->status = owner_is_alive(&info->owner) ? STATUS_RUNNING : STATUS_DEAD;
		load_live(arena, places, info);
		if (info->status == STATUS_RUNNING && info->pid == 0)
			info->status = STATUS_CREATED;
		return 0;
	}
	info->status = STATUS_EXITED;
	load_ending(arena, places, info);
	if (info->finished_ns == 0) {
		/* nobody owns it and nobody wrote how it ended: the host went down under it */
		info->exit_code = 255;
		info->error = "the host stopped while it ran";
	}
	return 0;
}
