/*
 * target.c - see target.h.
 */
#include "user/ctrace/target.h"

#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/path.h"
#include "user/base/proc.h"
#include "user/base/str.h"

static int hierarchy_of(const struct cgroup_ref *ref, struct trace_filter *filter, struct err *err)
{
	static const struct {
		const char *controller;
		enum trace_hierarchy hierarchy;
	} known[] = {
		{ "", HIERARCHY_V2 },
		{ "cpu", HIERARCHY_CPU },
		{ "cpuacct", HIERARCHY_CPUACCT },
		{ "cpuset", HIERARCHY_CPUSET },
		{ "memory", HIERARCHY_MEMORY },
		{ "pids", HIERARCHY_PIDS },
		{ "freezer", HIERARCHY_FREEZER },
		{ "devices", HIERARCHY_DEVICES },
		{ "blkio", HIERARCHY_BLKIO },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_eq(known[i].controller, ref->controller))
			continue;
		filter->mode = FILTER_CGROUP;
		filter->hierarchy = known[i].hierarchy;
		filter->cgroup_id = ref->id;
		return 0;
	}
	return err_set(err, EINVAL, "cgroup '%s': a v1 hierarchy of \"%s\" cannot be traced",
		       ref->path, ref->controller);
}

static int by_cgroup(const char *path, const char *mountinfo, struct target *target,
		     struct err *err)
{
	struct cgroup_mounts mounts;
	struct cgroup_ref ref;
	int r = cgroup_mounts_read(mountinfo, &mounts, err);

	if (r == 0)
		r = cgroup_resolve(&mounts, path, &ref, err);
	return r < 0 ? r : hierarchy_of(&ref, &target->filter, err);
}

/* Without a cgroup of its own a container is known by its mount namespace. */
static int by_container(const struct live_container *c, const char *mountinfo,
			struct target *target, struct err *err)
{
	struct err no_cgroup = { 0 };

	fmt_string(target->name, sizeof(target->name), "%s", c->name);
	fmt_string(target->id, sizeof(target->id), "%s", c->id);
	if (c->cgroup[0] && by_cgroup(c->cgroup, mountinfo, target, &no_cgroup) == 0)
		return 0;
	if (!c->mntns)
		return err_set(err, ENOENT, "container %s has neither cgroup nor mount namespace",
			       c->name);
	target->filter.mode = FILTER_MNTNS;
	target->filter.mntns = (uint32_t)c->mntns;
	return 0;
}

/* A name or id; or, as containers of other engines have no record here, a cgroup path. */
static int by_name(const char *text, const char *run_dir, const char *mountinfo,
		   struct target *target, struct err *err)
{
	struct live_containers list = { 0 };
	const struct live_container *c;
	struct err unknown = { 0 };
	int r = live_containers_load(run_dir, &list, err);

	if (r < 0)
		return r;
	c = live_container_find(&list, text, &unknown);
	if (c) {
		r = by_container(c, mountinfo, target, err);
	} else if (strchr(text, '/')) {
		fmt_string(target->name, sizeof(target->name), "%s", path_base(text));
		r = by_cgroup(text, mountinfo, target, err);
	} else {
		*err = unknown;
		r = -unknown.number;
	}
	live_containers_free(&list);
	return r;
}

static int by_pid(uint32_t pid, struct target *target, struct err *err)
{
	if (!proc_start_time((pid_t)pid))
		return err_set(err, ESRCH, "there is no process %u", pid);
	target->filter.mode = FILTER_TREE;
	target->filter.root_tgid = pid;
	return 0;
}

int target_resolve(const struct target_request *request, const char *run_dir, const char *mountinfo,
		   struct target *target, struct err *err)
{
	int given = !!request->container + !!request->cgroup + !!request->pid + request->all;

	*target = (struct target){ 0 };
	if (given > 1) {
		err_set(err, EINVAL, "CONTAINER, --cgroup, --pid and --all exclude each other");
		return err_status(err, EXIT_USAGE);
	}
	if (request->container)
		return by_name(request->container, run_dir, mountinfo, target, err);
	if (request->cgroup) {
		fmt_string(target->name, sizeof(target->name), "%s", path_base(request->cgroup));
		return by_cgroup(request->cgroup, mountinfo, target, err);
	}
	if (request->pid)
		return by_pid(request->pid, target, err);
	if (request->all) {
		target->filter.mode = FILTER_ALL;
		return 0;
	}
	if (request->has_command) {
		target->filter.mode = FILTER_TREE;
		target->filter.root_tgid = (uint32_t)getpid();
		return 0;
	}
	err_set(err, EINVAL, "name a container, or say --all");
	return err_status(err, EXIT_USAGE);
}
