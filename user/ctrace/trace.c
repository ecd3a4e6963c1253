/*
 * trace.c - see trace.h.
 */
#include "user/ctrace/trace.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/hist.h"
#include "user/base/log.h"
#include "user/ctrace/child.h"
#include "user/ctrace/session.h"
#include "user/ctrace/sink.h"
#include "user/ctrace/target.h"

#define DEFAULT_TOP 10
#define DEFAULT_BUFFER_BYTES (1 << 20)
/* Lost events are looked for this often, and output waits no longer than this. */
#define TICK_MS 100

static char **command_argv;

void trace_set_command(char **argv)
{
	command_argv = argv;
}

void trace_defaults(void *options)
{
	struct trace_options *o = options;

	o->top = DEFAULT_TOP;
	o->buffer_bytes = DEFAULT_BUFFER_BYTES;
}

/* One run. */
struct run {
	const struct tracer *tracer;
	const struct trace_options *options;
	struct session session;
	struct sink sink;
	struct naming naming;
	struct child child;
	int signal_fd;
	void *record, *summary;
	uint64_t events, malformed, lost_told;
	uint64_t begun_ns, ready_ns;
};

static void on_event(void *arg, const void *event, size_t size)
{
	struct run *run = arg;

	if (!run->tracer->decode(&run->naming, event, size, run->record)) {
		run->malformed++;
		return;
	}
	run->events++;
	run->tracer->summary_add(run->summary, run->record);
	sink_record(&run->sink, run->record);
}

static uint64_t lost(const struct run *run)
{
	return session_lost(&run->session) + run->malformed;
}

static void tell_lost(struct run *run)
{
	uint64_t now_lost = lost(run);

	if (now_lost == run->lost_told)
		return;
	sink_lost(&run->sink, clock_ns(CLOCK_REALTIME), now_lost - run->lost_told);
	run->lost_told = now_lost;
}

static int block_signals(struct err *err)
{
	sigset_t set;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(err, "watch for signals") : fd;
}

static int time_left_ms(const struct run *run)
{
	uint64_t duration_ns = run->options->duration_ns, gone_ns;

	if (!duration_ns)
		return TICK_MS;
	gone_ns = clock_ns(CLOCK_MONOTONIC) - run->begun_ns;
	if (gone_ns >= duration_ns)
		return 0;
	gone_ns = (duration_ns - gone_ns + 999999) / 1000000;
	return gone_ns < TICK_MS ? (int)gone_ns : TICK_MS;
}

static int step(struct run *run)
{
	int r = session_drain(&run->session);

	if (r < 0 && r != -EINTR)
		return r;
	tell_lost(run);
	return sink_flush(&run->sink);
}

/* Until a signal, the duration, the command's end or a closed output. */
static int loop(struct run *run, struct err *err)
{
	struct pollfd fds[3] = {
		{ .fd = session_fd(&run->session), .events = POLLIN },
		{ .fd = run->signal_fd, .events = POLLIN },
		{ .fd = command_argv ? run->child.pidfd : -1, .events = POLLIN },
	};

	for (;;) {
		int wait_ms = time_left_ms(run), r;

		if (wait_ms == 0)
			return 0;
		if (poll(fds, 3, wait_ms) < 0 && errno != EINTR)
			return err_sys(err, "wait for events");
		r = step(run);
		if (r == -EPIPE)
			return 0;
		if (r < 0)
			return err_num(err, r, "write");
		if (fds[1].revents || fds[2].revents)
			return 0;
	}
}

static void write_summary(struct run *run)
{
	struct trace_totals totals = {
		.events = run->events,
		.lost = lost(run),
		.duration_ns = clock_ns(CLOCK_MONOTONIC) - run->begun_ns,
		.backend = run->session.backend->name,
		.programs = run->session.links_count,
		.ready_ns = run->ready_ns,
	};
	struct json_writer stats = { 0 };

	if (run->options->stats) {
		session_stats_json(&run->session, &stats);
		totals.stats_json = stats.out.data;
	}
	session_detach(&run->session);
	step(run);
	totals.events = run->events;
	totals.lost = lost(run);
	sink_summary(&run->sink, &totals, run->summary, run->options->top);
	strbuf_free(&stats.out);
}

static int finish(struct run *run, struct err *err)
{
	uint64_t lost_events;
	int r;

	if (command_argv)
		child_finish(&run->child);
	write_summary(run);
	r = sink_flush(&run->sink);
	if (r < 0 && r != -EPIPE)
		return err_num(err, r, "write");
	lost_events = lost(run);
	if (run->options->strict && lost_events)
		return err_set(err, EOVERFLOW, "%llu events were lost",
			       (unsigned long long)lost_events);
	return command_argv ? run->child.exit_code : EXIT_OK;
}

/* Announces readiness in one line that scripts can wait for. */
static void announce(struct run *run, uint64_t process_begun_ns)
{
	char line[128];
	int n;

	run->begun_ns = clock_ns(CLOCK_MONOTONIC);
	run->ready_ns = run->begun_ns - process_begun_ns;
	n = snprintf(line, sizeof(line), "ctrace: %s: attached (%s, %u programs, %.0f ms)\n",
		     run->tracer->name, run->session.backend->name, run->session.links_count,
		     (double)run->ready_ns / 1e6);
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

static int run_attached(struct run *run, const struct target *target, uint64_t process_begun_ns,
			struct err *err)
{
	const struct trace_options *o = run->options;
	struct session_options session = {
		.filter = target->filter,
		.backend = o->backend && strcmp(o->backend, "auto") ? o->backend : NULL,
		.ring_bytes = o->buffer_bytes,
		.stats = o->stats,
		.on_event = on_event,
		.arg = run,
	};
	int r;

	if (command_argv) {
		r = child_prepare(&run->child, command_argv, err);
		if (r < 0)
			return r;
	}
	r = session_open(&run->session, run->tracer, &session, err);
	if (r < 0)
		return r;
	announce(run, process_begun_ns);
	r = command_argv ? child_release(&run->child, err) : 0;
	if (r == 0)
		r = loop(run, err);
	if (r == 0)
		r = finish(run, err);
	session_close(&run->session);
	return r;
}

static int check_options(const struct trace_options *o, int argc, struct err *err)
{
	if (argc > 1)
		err_set(err, EINVAL, "only one CONTAINER can be named; a command stands behind --");
	else if (o->buffer_bytes < 4096 || o->buffer_bytes > (1u << 30) ||
		 (o->buffer_bytes & (o->buffer_bytes - 1)))
		err_set(err, EINVAL, "--buffer: expected a power of two from 4k to 1g");
	else
		return 0;
	return err_status(err, EXIT_USAGE);
}

int trace_run(const struct tracer *tracer, const struct trace_options *options, int argc,
	      char **argv, struct err *err)
{
	uint64_t process_begun_ns = clock_ns(CLOCK_MONOTONIC);
	struct target_request request = { .container = argc ? argv[0] : NULL,
					  .cgroup = options->cgroup,
					  .pid = options->pid,
					  .all = options->all,
					  .has_command = command_argv != NULL };
	struct run run = { .tracer = tracer, .options = options, .signal_fd = -1 };
	struct target target;
	int r = check_options(options, argc, err);

	if (r == 0)
		r = target_resolve(&request, container_run_dir(), "/proc/self/mountinfo", &target,
				   err);
	if (r < 0)
		return r;
	run.child = (struct child){ .pidfd = -1, .gate_fd = -1 };
	run.record = calloc(1, tracer->record_size);
	run.summary = calloc(1, tracer->summary_size);
	naming_init(&run.naming, container_run_dir());
	if (target.name[0]) {
		run.naming.fixed_name = target.name;
		run.naming.fixed_id = target.id[0] ? target.id : NULL;
	}
	if (!run.record || !run.summary)
		r = err_num(err, ENOMEM, "start");
	if (r == 0)
		r = run.signal_fd = block_signals(err);
	if (r >= 0)
		r = sink_open(&run.sink, tracer, options->output, options->json, err);
	run.sink.quiet = options->summary;
	if (r >= 0)
		r = run_attached(&run, &target, process_begun_ns, err);
	child_finish(&run.child);
	sink_close(&run.sink);
	if (run.summary)
		tracer->summary_free(run.summary);
	naming_free(&run.naming);
	free(run.summary);
	free(run.record);
	if (run.signal_fd >= 0)
		close(run.signal_fd);
	return r;
}
