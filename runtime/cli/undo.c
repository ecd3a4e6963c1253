/*
 * undo.c - see undo.h.
 */
#include "runtime/cli/undo.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cli/config.h"
#include "runtime/cli/names.h"
#include "runtime/cli/networking.h"
#include "runtime/cli/owner.h"
#include "runtime/cli/status.h"
#include "runtime/core/container.h"
#include "user/base/cleanup.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/log.h"

#define PATH_SIZE 256

int undo_process(const struct places *places, const char *id, struct err *err)
{
	if (container_delete(places->core, id, true, err) < 0 ||
	    networking_stop(places, id, err) < 0)
		return -err->number;
	return status_remove_live(places, id, err);
}

static bool has_entries(int dir_fd, const char *path)
{
	int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			return true;
	return false;
}

static int salvage_upper(const struct places *places, const char *id, const char *name,
			 struct err *err)
{
	char upper[PATH_SIZE], saved[PATH_SIZE];

	fmt_string(upper, sizeof(upper), "containers/%s/upper", id);
	if (!has_entries(places->root_fd, upper))
		return 0;
	if (mkdirat(places->root_fd, "salvaged", 0700) < 0 && errno != EEXIST)
		return err_sys(err, "create the folder 'salvaged'");
	fmt_string(saved, sizeof(saved), "salvaged/%s-%.12s", *name ? name : "container", id);
	if (renameat(places->root_fd, upper, places->root_fd, saved) < 0)
		return err_sys(err, "save what container %.12s had written", id);
	log_warning("what container %s had written is now in '%s/%s'", *name ? name : id,
		    places->root, saved);
	return 0;
}

int undo_container(const struct places *places, const char *id, const char *name, bool salvage,
		   struct err *err)
{
	char path[PATH_SIZE];

	fmt_string(path, sizeof(path), "containers/%s", id);
	if (undo_process(places, id, err) < 0 ||
	    (salvage && salvage_upper(places, id, name, err) < 0) ||
	    file_remove_all(places->root_fd, path, err) < 0 ||
	    names_release(places, name, id, err) < 0)
		return err_wrap(err, "container %.12s", id);
	return owner_remove(places->run_fd, id, err);
}

void undo_cgroup_parent(void)
{
	cleanup_closedir DIR *dir = opendir("/sys/fs/cgroup");
	struct dirent *entry;

	/* rmdir refuses while a container's folder is inside, so no lock is needed */
	rmdir("/sys/fs/cgroup/cbox");
	while (dir && (entry = readdir(dir))) {
		char path[300];

		if (entry->d_name[0] == '.')
			continue;
		fmt_string(path, sizeof(path), "/sys/fs/cgroup/%s/cbox", entry->d_name);
		rmdir(path);
	}
}
