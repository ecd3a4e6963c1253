/*
 * naming.c - see naming.h.
 */
#include "user/ctrace/naming.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/file.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/path.h"

/* An unknown namespace makes us read the records again, but not for every event. */
#define REREAD_NS 200000000ULL
#define MAX_MOUNTINFO_BYTES (16 << 20)

void naming_init(struct naming *naming, const char *run_dir)
{
	*naming = (struct naming){ .run_dir = run_dir };
	naming->monotonic_to_epoch_ns =
		(int64_t)(clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC));
}

static void forget(struct naming_mount *mount)
{
	free(mount->root);
	free(mount->point);
	*mount = (struct naming_mount){ 0 };
}

void naming_free(struct naming *naming)
{
	live_containers_free(&naming->containers);
	for (unsigned i = 0; i < NAMING_MOUNTS; i++)
		forget(&naming->mounts[i]);
}

void naming_container(struct naming *naming, uint32_t mntns, const char **name, const char **id)
{
	const struct live_container *c = live_container_by_mntns(&naming->containers, mntns);
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct err ignored = { 0 };

	if (naming->fixed_name) {
		*name = naming->fixed_name;
		*id = naming->fixed_id;
		return;
	}
	if (!c && now_ns - naming->containers_read_ns > REREAD_NS) {
		live_containers_load(naming->run_dir, &naming->containers, &ignored);
		naming->containers_read_ns = now_ns;
		c = live_container_by_mntns(&naming->containers, mntns);
	}
	*name = c ? c->name : NULL;
	*id = c ? c->id : NULL;
}

/* Blanks and the like are \ooo in mountinfo. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		uint32_t byte;
		char digits[4] = { 0 };

		if (from[0] == '\\' && strlen(from) >= 4) {
			memcpy(digits, from + 1, 3);
			if (num_octal(digits, 0377, &byte) == 0) {
				*to = (char)byte;
				from += 4;
				continue;
			}
		}
		*to = *from++;
	}
	*to = '\0';
}

static bool is_device(const char *text, uint32_t device)
{
	char expected[32];

	fmt_string(expected, sizeof(expected), "%u:%u", device >> 20, device & 0xfffff);
	return str_eq(text, expected);
}

/* "36 25 0:31 /root /mount/point rw,relatime - overlay overlay rw,lowerdir=…" */
bool naming_find_mount(char *mountinfo, uint32_t device, char **root, char **point)
{
	char *save_line = NULL;
	bool found = false;

	for (char *line = strtok_r(mountinfo, "\n", &save_line); line;
	     line = strtok_r(NULL, "\n", &save_line)) {
		char *save = NULL, *fields[5];
		unsigned n = 0;

		for (char *f = strtok_r(line, " ", &save); f && n < 5;
		     f = strtok_r(NULL, " ", &save))
			fields[n++] = f;
		if (n < 5 || !is_device(fields[2], device))
			continue;
		/* A bind mount of a part is second choice to a mount of the whole. */
		if (found && !str_eq(fields[3], "/"))
			continue;
		*root = fields[3];
		*point = fields[4];
		found = true;
		if (str_eq(fields[3], "/"))
			break;
	}
	if (found) {
		unescape(*root);
		unescape(*point);
	}
	return found;
}

static bool is_in_namespace(const char *pid, uint32_t mntns)
{
	char path[64];
	struct stat st;

	fmt_string(path, sizeof(path), "/proc/%s/ns/mnt", pid);
	return stat(path, &st) == 0 && st.st_ino == mntns;
}

static bool read_mounts(const char *pid, struct naming_mount *mount)
{
	cleanup_free char *text = NULL;
	char path[64], *root, *point;
	struct err ignored = { 0 };

	fmt_string(path, sizeof(path), "/proc/%s/mountinfo", pid);
	if (file_read(AT_FDCWD, path, MAX_MOUNTINFO_BYTES, &text, &ignored) < 0 ||
	    !naming_find_mount(text, mount->device, &root, &point))
		return false;
	mount->root = strdup(root);
	mount->point = strdup(point);
	if (mount->root && mount->point)
		return true;
	forget(mount);
	return false;
}

/* The process that copied up may be gone: any other of its namespace tells the same. */
static bool ask_others(struct naming_mount *mount)
{
	cleanup_closedir DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_in_namespace(entry->d_name, mount->mntns))
			return read_mounts(entry->d_name, mount);
	return false;
}

static const struct naming_mount *find_mount(struct naming *naming, uint32_t mntns, uint32_t device,
					     pid_t pid)
{
	struct naming_mount *mount;
	char text[16];

	for (unsigned i = 0; i < NAMING_MOUNTS; i++)
		if (naming->mounts[i].point && naming->mounts[i].mntns == mntns &&
		    naming->mounts[i].device == device)
			return &naming->mounts[i];
	mount = &naming->mounts[naming->mounts_used % NAMING_MOUNTS];
	forget(mount);
	*mount = (struct naming_mount){ .mntns = mntns, .device = device };
	fmt_string(text, sizeof(text), "%d", pid);
	if (!(is_in_namespace(text, mntns) && read_mounts(text, mount)) && !ask_others(mount))
		return NULL;
	naming->mounts_used++;
	return mount;
}

bool naming_path(struct naming *naming, uint32_t mntns, uint32_t device, pid_t pid,
		 const char *path, struct strbuf *out)
{
	const struct naming_mount *mount = find_mount(naming, mntns, device, pid);

	if (!mount) {
		strbuf_puts(out, path);
		return false;
	}
	if (!str_eq(mount->root, "/")) {
		if (!path_is_below(path, mount->root)) {
			strbuf_puts(out, path);
			return false;
		}
		path += strlen(mount->root);
	}
	if (!str_eq(mount->point, "/"))
		strbuf_puts(out, mount->point);
	strbuf_puts(out, path);
	return true;
}
