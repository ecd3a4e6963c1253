/*
 * container_lookup.c - see container_lookup.h.
 */
#include "user/base/container_lookup.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/arena.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/json.h"
#include "user/base/path.h"
#include "user/base/str.h"

#define MAX_RECORD_BYTES (1 << 20)

const char *container_run_dir(void)
{
	const char *dir = getenv("CBOX_RUN");

	return dir && *dir ? dir : "/run/cbox";
}

static int get_text(const struct json *node, const char *key, char *buf, size_t size,
		    struct err *err)
{
	const char *text = "";
	int r = json_get_string(node, key, &text, err);

	if (r < 0)
		return r;
	return fmt_string(buf, size, "%s", text) < size ? 0 : -ENAMETOOLONG;
}

static int parse_record(const char *text, size_t len, struct live_container *c, struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct json *root;
	uint64_t pid = 0;

	*c = (struct live_container){ 0 };
	if (json_parse(&arena, text, len, &root, err) < 0 ||
	    get_text(root, "id", c->id, sizeof(c->id), err) < 0 ||
	    get_text(root, "name", c->name, sizeof(c->name), err) < 0 ||
	    get_text(root, "image", c->image, sizeof(c->image), err) < 0 ||
	    get_text(root, "cgroup", c->cgroup, sizeof(c->cgroup), err) < 0 ||
	    json_get_u64(root, "pid", &pid, err) < 0 ||
	    json_get_u64(root, "start_time", &c->start_time, err) < 0 ||
	    json_get_u64(root, "mntns", &c->mntns, err) < 0 ||
	    json_get_u64(root, "netns", &c->netns, err) < 0)
		return -EINVAL;
	c->pid = (pid_t)pid;
	return path_is_id(c->id) ? 0 : -EINVAL;
}

static int by_name(const void *a, const void *b)
{
	const struct live_container *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r ? r : strcmp(x->id, y->id);
}

static int add_record(int dir_fd, const char *file, struct live_containers *list, struct err *err)
{
	struct err ignored = { 0 };
	cleanup_free char *text = NULL;
	struct live_container *items;
	ssize_t len = file_read(dir_fd, file, MAX_RECORD_BYTES, &text, &ignored);

	if (len < 0)
		return 0;
	items = realloc(list->items, (list->count + 1) * sizeof(*items));
	if (!items)
		return err_sys(err, "read container records");
	list->items = items;
	if (parse_record(text, (size_t)len, &items[list->count], &ignored) == 0)
		list->count++;
	return 0;
}

int live_containers_load(const char *run_dir, struct live_containers *list, struct err *err)
{
	char path[PATH_MAX];
	cleanup_closedir DIR *dir = NULL;
	struct dirent *entry;
	int r = path_join(run_dir, "containers", path, sizeof(path));

	live_containers_free(list);
	if (r < 0)
		return err_num(err, r, "'%s'", run_dir);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : err_sys(err, "open '%s'", path);
	while (r == 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && str_ends_with(entry->d_name, ".json"))
			r = add_record(dirfd(dir), entry->d_name, list, err);
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), by_name);
	return r;
}

void live_containers_free(struct live_containers *list)
{
	free(list->items);
	*list = (struct live_containers){ 0 };
}

/* Advice that fits a hint: the names there are, cut with "…". */
static void hint_names(const struct live_containers *list, struct err *err)
{
	char names[200];
	size_t used = 0;

	if (!list->count) {
		err_hint(err, "no container is running here; a cgroup path works too");
		return;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct live_container *c = &list->items[i];
		size_t n = fmt_string(names + used, sizeof(names) - used - 4, "%s%s", i ? ", " : "",
				      c->name[0] ? c->name : c->id);

		if (n >= sizeof(names) - used - 4) {
			fmt_string(names + used, 4, "…");
			break;
		}
		used += n;
	}
	err_hint(err, "running containers: %s", names);
}

const struct live_container *live_container_find(const struct live_containers *list,
						 const char *text, struct err *err)
{
	const struct live_container *found = NULL;
	size_t len = strlen(text);

	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->items[i].name, text) || str_eq(list->items[i].id, text))
			return &list->items[i];
	for (size_t i = 0; len >= 2 && i < list->count; i++) {
		if (!str_starts_with(list->items[i].id, text))
			continue;
		if (found) {
			err_set(err, EINVAL, "container id \"%s\" is ambiguous: %s and %s", text,
				found->id, list->items[i].id);
			return NULL;
		}
		found = &list->items[i];
	}
	if (!found) {
		err_set(err, ENOENT, "no container named \"%s\"", text);
		hint_names(list, err);
	}
	return found;
}

const struct live_container *live_container_by_mntns(const struct live_containers *list,
						     uint64_t mntns)
{
	for (size_t i = 0; mntns && i < list->count; i++)
		if (list->items[i].mntns == mntns)
			return &list->items[i];
	return NULL;
}
