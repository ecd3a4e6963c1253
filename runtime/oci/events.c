/*
 * events.c - `cbox-oci events`: what a container uses, as one JSON document a line.
 *
 * Owns: runc's document ({"type":"stats","id":…,"data":{…}}), which cAdvisor and containerd's
 * plug-ins parse, and the clock of the stream. A line of type "oom" comes when the OOM killer has
 * been at work since the sample before.
 * Does not own: reading the cgroup files (runtime/cgroup/stats.c).
 *
 * Members that are not measured are left out, not zero. pids.limit 0 is no limit, as in runc.
 */
#include <poll.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/oci/oci.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"
#include "user/base/proc.h"

#define MS_NS 1000000ULL

struct options {
	uint64_t interval_ns;
	bool stats;
};

static const struct opt opts[] = {
	{ "interval", 0, OPT_DURATION, offsetof(struct options, interval_ns), "TIME",
	  "time between samples (default: 5s)" },
	{ "stats", 0, OPT_FLAG, offsetof(struct options, stats), NULL, "one sample, then end" },
	OPT_END,
};

static void defaults(void *given)
{
	((struct options *)given)->interval_ns = 5000 * MS_NS;
}

static void begin(struct json_writer *w, const char *key)
{
	jw_key(w, key);
	jw_object_begin(w);
}

static void add_cpu(struct json_writer *w, const struct cgroup_stats *stats)
{
	begin(w, "cpu");
	begin(w, "usage");
	jw_member_u64(w, "total", stats->cpu_usage_ns);
	jw_member_u64(w, "kernel", stats->cpu_system_ns);
	jw_member_u64(w, "user", stats->cpu_user_ns);
	jw_object_end(w);
	begin(w, "throttling");
	jw_member_u64(w, "periods", stats->cpu_periods);
	jw_member_u64(w, "throttledPeriods", stats->cpu_throttled_periods);
	jw_member_u64(w, "throttledTime", stats->cpu_throttled_ns);
	jw_object_end(w);
	jw_object_end(w);
}

static void add_memory(struct json_writer *w, const struct cgroup_stats *stats)
{
	begin(w, "memory");
	begin(w, "usage");
	jw_member_u64(w, "limit", stats->memory_limit_bytes);
	jw_member_u64(w, "usage", stats->memory_usage_bytes);
	jw_member_u64(w, "max", stats->memory_peak_bytes);
	jw_object_end(w);
	jw_object_end(w);
}

static void add_pids(struct json_writer *w, const struct cgroup_stats *stats)
{
	begin(w, "pids");
	jw_member_u64(w, "current", stats->pids_current);
	jw_member_u64(w, "limit", stats->pids_limit == CGROUP_UNLIMITED ? 0 : stats->pids_limit);
	jw_object_end(w);
}

/* stats NULL: a line without data. One write a line, so that readers see whole documents. */
static int print_line(const char *type, const char *id, const struct cgroup_stats *stats,
		      struct err *err)
{
	struct json_writer w = { 0 };
	int r;

	jw_object_begin(&w);
	jw_member_string(&w, "type", type);
	jw_member_string(&w, "id", id);
	if (stats) {
		begin(&w, "data");
		add_cpu(&w, stats);
		add_memory(&w, stats);
		add_pids(&w, stats);
		jw_object_end(&w);
	}
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "print the statistics") : 0;
}

/* 1 when the init behind pidfd has ended within the time, 0 when not, or -errno. */
static int wait_end(int pidfd, uint64_t ns, struct err *err)
{
	struct timespec time = { .tv_sec = (time_t)(ns / 1000000000),
				 .tv_nsec = (long)(ns % 1000000000) };
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	int r = ppoll(&pfd, 1, &time, NULL);

	return r < 0 && errno != EINTR ? err_sys(err, "wait for the next sample") : r > 0;
}

static int stream(struct cgroup *cg, const struct container *container, uint64_t interval_ns,
		  struct err *err)
{
	cleanup_close int pidfd = proc_pidfd(container->pid);
	struct cgroup_stats stats;
	uint64_t oom_kills = 0;
	bool first = true;
	int r;

	if (pidfd < 0)
		return err_num(err, pidfd, "watch the container's init");
	/* the pid may have changed hands before the pidfd was opened, but not since */
	if (!proc_is_alive(container->pid, container->start_time))
		return 0;
	do {
		r = cg->ops->stats(cg, &stats, err);
		if (r < 0) /* removed between the samples: an end like any other */
			return !first && r == -ENOENT ? 0 : r;
		r = print_line("stats", container->id, &stats, err);
		if (r == 0 && !first && stats.oom_kills > oom_kills)
			r = print_line("oom", container->id, NULL, err);
		oom_kills = stats.oom_kills;
		first = false;
		if (r == 0)
			r = wait_end(pidfd, interval_ns, err);
	} while (r == 0);
	return r < 0 ? r : 0;
}

static int once(struct cgroup *cg, const char *id, struct err *err)
{
	struct cgroup_stats stats;
	int r = cg->ops->stats(cg, &stats, err);

	return r < 0 ? r : print_line("stats", id, &stats, err);
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	struct container container;
	struct cgroup cg;
	int r;

	(void)argc;
	if (!o->interval_ns) {
		err_set(err, EINVAL, "--interval: expected a time above zero");
		return err_status(err, EXIT_USAGE);
	}
	r = container_load(oci_arena(), oci_globals.root, argv[0], &container, err);
	if (r < 0)
		return r;
	if (!container.pid)
		return err_set(err, ESRCH, "the container is %s: there is nothing to measure",
			       container_status_name(container.status));
	if (!container.cgroup_path)
		return err_set(err, ENOTSUP, "the container has no cgroup to measure");
	r = cgroup_open(&cg, container.cgroup_path, container.systemd_cgroup, err);
	if (r < 0)
		return r;
	r = o->stats ? once(&cg, container.id, err) : stream(&cg, &container, o->interval_ns, err);
	cgroup_close(&cg);
	return r;
}

const struct command oci_events = {
	.name = "events",
	.args = "ID",
	.summary = "print what a container uses as JSON, until it ends",
	.details =
		"One document a line. Type \"stats\" is a sample: CPU in nanoseconds, memory in\n"
		"bytes. Type \"oom\" tells that processes were killed for lack of memory.",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
