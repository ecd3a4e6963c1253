/*
 * hierarchy.c - files of a container's cgroup. See hierarchy.h.
 */
#include "runtime/cgroup/hierarchy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/num.h"
#include "user/base/str.h"

static const struct {
	const char *v1, *v2;
} names[CG_CONTROLLERS] = {
	[CG_CPU] = { "cpu", "cpu" },
	[CG_CPUACCT] = { "cpuacct", NULL },
	[CG_CPUSET] = { "cpuset", "cpuset" },
	[CG_MEMORY] = { "memory", "memory" },
	[CG_DEVICES] = { "devices", NULL },
	[CG_FREEZER] = { "freezer", NULL },
	[CG_IO] = { "blkio", "io" },
	[CG_PIDS] = { "pids", "pids" },
	[CG_HUGETLB] = { "hugetlb", "hugetlb" },
	[CG_NET_CLS] = { "net_cls", NULL },
	[CG_NET_PRIO] = { "net_prio", NULL },
	[CG_RDMA] = { "rdma", "rdma" },
};

const char *cg_controller_name(enum cgroup_controller controller, bool v2)
{
	return v2 && names[controller].v2 ? names[controller].v2 : names[controller].v1;
}

uint32_t cg_controller_bits(const char *list, bool v2)
{
	uint32_t bits = 0;

	while (*list) {
		size_t len = strcspn(list, ", \n");

		for (int i = 0; i < CG_CONTROLLERS; i++) {
			const char *name = v2 ? names[i].v2 : names[i].v1;

			if (name && strlen(name) == len && memcmp(name, list, len) == 0)
				bits |= 1U << i;
		}
		list += len;
		list += *list != '\0';
	}
	return bits;
}

struct cgroup_hierarchy *cg_find_v2(struct cgroup *cg)
{
	for (unsigned i = 0; i < cg->hierarchy_count; i++)
		if (cg->hierarchies[i].v2)
			return &cg->hierarchies[i];
	return NULL;
}

struct cgroup_hierarchy *cg_find(struct cgroup *cg, enum cgroup_controller controller)
{
	struct cgroup_hierarchy *v2;
	char list[256];

	for (unsigned i = 0; i < cg->hierarchy_count; i++)
		if (cg->hierarchies[i].controllers & 1U << controller)
			return &cg->hierarchies[i];
	v2 = cg_find_v2(cg);
	if (!v2 || v2->controllers_known || !names[controller].v2)
		return NULL;
	if (cg_read(cg, v2, "cgroup.controllers", list, sizeof(list)) >= 0)
		v2->controllers = cg_controller_bits(list, true);
	v2->controllers_known = true;
	return v2->controllers & 1U << controller ? v2 : NULL;
}

struct cgroup_hierarchy *cg_find_processes(struct cgroup *cg)
{
	struct cgroup_hierarchy *h = cg_find_v2(cg);

	if (!h)
		h = cg_find(cg, CG_FREEZER);
	return h ? h : cg->hierarchies;
}

int cg_file_path(const struct cgroup_hierarchy *h, const char *path, const char *file, char *buf)
{
	if (fmt_string(buf, CG_PATH_SIZE, "%s%s%s%s", h->mount, path, file ? "/" : "",
		       file ? file : "") >= CG_PATH_SIZE)
		return -ENAMETOOLONG;
	return 0;
}

int cg_write_at(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *path,
		const char *file, const char *text)
{
	int flags = O_WRONLY | O_CLOEXEC | (cg->fake ? O_CREAT | O_TRUNC : 0);
	cleanup_close int fd = -1;
	char full[CG_PATH_SIZE];
	int r = cg_file_path(h, path, file, full);

	if (r < 0)
		return r;
	fd = openat(cg->root_fd, full, flags, 0644);
	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

int cg_write(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
	     const char *text)
{
	return cg_write_at(cg, h, cg->path, file, text);
}

ssize_t cg_read_at(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *path,
		   const char *file, char *buf, size_t size)
{
	cleanup_close int fd = -1;
	char full[CG_PATH_SIZE];
	ssize_t n = cg_file_path(h, path, file, full);

	if (n < 0)
		return n;
	fd = openat(cg->root_fd, full, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, buf, size - 1);
	if (n < 0)
		return -errno;
	if (n > 0 && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return n;
}

ssize_t cg_read(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
		char *buf, size_t size)
{
	return cg_read_at(cg, h, cg->path, file, buf, size);
}

int cg_read_u64(const struct cgroup *cg, const struct cgroup_hierarchy *h, const char *file,
		uint64_t *value)
{
	char text[64];
	ssize_t n = cg_read(cg, h, file, text, sizeof(text));

	if (n < 0)
		return (int)n;
	if (str_eq(text, "max")) {
		*value = CGROUP_UNLIMITED;
		return 0;
	}
	return num_u64(text, value);
}

bool cg_keyed_u64(const char *text, const char *key, uint64_t *value)
{
	size_t len = strlen(key);
	char number[24];

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) != 0 || line[len] != ' ')
			continue;
		fmt_string(number, sizeof(number), "%.*s", (int)strcspn(line + len + 1, "\n"),
			   line + len + 1);
		return num_u64(number, value) == 0;
	}
	return false;
}
