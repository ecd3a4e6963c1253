/*
 * container_update.c - new limits for a container whose processes are already inside.
 *
 * Owns: which containers can be updated, and telling after a failure what is in force.
 * Does not own: the order of the writes, which differs between raising and lowering; that is
 * runtime/cgroup (limits.h).
 *
 * There is no transaction over cgroup files: a failure leaves what was written before it, and
 * writing old values back could fail just as well. So the message names the limits in force.
 *
 * See: runtime-spec config-linux.md "Control groups".
 */
#include "runtime/cgroup/cgroup.h"
#include "runtime/core/container.h"
#include "user/base/fmt.h"

static const char *limit_text(char *buf, size_t size, uint64_t limit)
{
	/* zero: the controller is not there */
	if (limit == 0 || limit == CGROUP_UNLIMITED)
		fmt_string(buf, size, "no limit");
	else
		fmt_string(buf, size, "%llu", (unsigned long long)limit);
	return buf;
}

static int name_limits(struct cgroup *cg, struct err *err)
{
	struct cgroup_stats stats;
	char memory[24], pids[24];

	if (cg->ops->stats(cg, &stats, NULL) < 0)
		return -err->number;
	return err_wrap(err, "in force are memory.limit %s, pids.limit %s",
			limit_text(memory, sizeof(memory), stats.memory_limit_bytes),
			limit_text(pids, sizeof(pids), stats.pids_limit));
}

static int update(const struct container *container, const struct spec_resources *resources,
		  struct err *err)
{
	struct spec_resources limits = *resources;
	struct cgroup_stats stats;
	struct cgroup cg;
	int r;

	if (container->status == CONTAINER_CREATING || container->status == CONTAINER_STOPPED)
		return err_set(err, EINVAL, "cannot update a container that is %s",
			       container_status_name(container->status));
	if (!container->cgroup_path)
		return err_set(err, ENOTSUP, "the container has no cgroup to limit");
	r = cgroup_open(&cg, container->cgroup_path, container->systemd_cgroup, err);
	if (r < 0)
		return r;
	/* what a process may open was decided with the devices it was given */
	limits.devices = NULL;
	limits.device_count = 0;
	r = cg.ops->stats(&cg, &stats, err); /* a cgroup that is gone is no missing limit */
	if (r == 0) {
		r = cg.ops->apply(&cg, &limits, err);
		if (r < 0)
			r = name_limits(&cg, err);
	}
	cgroup_close(&cg);
	return r;
}

int container_update(const char *state_root, const char *id, const struct spec_resources *resources,
		     struct err *err)
{
	cleanup_arena struct arena arena = { 0 };
	struct container container;
	int r = container_load(&arena, state_root, id, &container, err);

	return r < 0 ? r : update(&container, resources, err);
}
