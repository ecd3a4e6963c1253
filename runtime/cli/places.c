/*
 * places.c - see places.h.
 */
#include "runtime/cli/places.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/image/store.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"

/* Opens folder, with its parts below; making them costs nothing when the last one is there. */
static int open_with(const char *folder, const char *const *parts, const char *probe,
		     struct err *err)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && faccessat(fd, probe, F_OK, 0) == 0)
		return fd;
	if (fd < 0) {
		if (file_mkdir_all(AT_FDCWD, folder, 0711, err) < 0)
			return -err->number;
		fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(err, "open '%s'", folder);
	}
	for (; *parts; parts++)
		if (mkdirat(fd, *parts, 0711) < 0 && errno != EEXIST) {
			err_sys(err, "create '%s/%s'", folder, *parts);
			close(fd);
			return -err->number;
		}
	return fd;
}

int places_open(struct places *places, struct err *err)
{
	static const char *const root_parts[] = { "images", "layers",	  "refs", "tmp",
						  "names",  "containers", NULL };
	static const char *const run_parts[] = { "core", "owners", "containers", NULL };
	const char *run = getenv("CBOX_RUN");

	places->run_fd = -1;
	places->root = store_root();
	places->run = run && *run ? run : "/run/cbox";
	if (places->root[0] != '/' || places->run[0] != '/')
		return err_set(err, EINVAL, "CBOX_ROOT and CBOX_RUN must be absolute paths");
	if (fmt_string(places->core, sizeof(places->core), "%s/core", places->run) >=
	    sizeof(places->core))
		return err_num(err, ENAMETOOLONG, "CBOX_RUN");
	places->root_fd = open_with(places->root, root_parts, "containers", err);
	if (places->root_fd < 0)
		return places->root_fd;
	places->run_fd = open_with(places->run, run_parts, "containers", err);
	return places->run_fd < 0 ? places->run_fd : 0;
}

void places_release(struct places *places)
{
	cleanup_close_fn(&places->hold_fd);
	places->hold_fd = -1;
}

void places_close(struct places *places)
{
	cleanup_close_fn(&places->root_fd);
	cleanup_close_fn(&places->run_fd);
	places_release(places);
	places->root_fd = places->run_fd = -1;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int places_list(struct arena *arena, int fd, const char *folder, const char ***names,
		struct err *err)
{
	cleanup_closedir DIR *dir = NULL;
	int folder_fd = openat(fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t count = 0, capacity = 16;
	const char **list = arena_calloc(arena, capacity, sizeof(*list));
	struct dirent *entry;

	if (folder_fd >= 0)
		dir = fdopendir(folder_fd);
	if (!dir || !list)
		return err_sys(err, "list '%s'", folder);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (count + 1 == capacity) {
			const char **grown = arena_calloc(arena, 2 * capacity, sizeof(*grown));

			if (!grown)
				return err_sys(err, "list '%s'", folder);
			memcpy(grown, list, count * sizeof(*grown));
			list = grown;
			capacity *= 2;
		}
		list[count] = arena_strdup(arena, entry->d_name);
		if (!list[count++])
			return err_sys(err, "list '%s'", folder);
	}
	qsort(list, count, sizeof(*list), compare);
	*names = list;
	return 0;
}
