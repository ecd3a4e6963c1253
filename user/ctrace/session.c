/*
 * session.c - see session.h.
 */
#include "user/ctrace/session.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/base/cleanup.h"
#include "user/base/str.h"
#include "user/ctrace/btf_slice.h"

#define MIN_RING_BYTES (64 << 10)
#define MAX_CPUS 1024

/* libbpf explains a failure only in print: its first line is the reason we pass on. */
static char first_complaint[256];

static int keep_complaint(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level != LIBBPF_WARN || first_complaint[0])
		return 0;
	vsnprintf(first_complaint, sizeof(first_complaint), format, args);
	first_complaint[strcspn(first_complaint, "\n")] = '\0';
	return 0;
}

static bool has_prefix(const char *const *prefixes, const char *text)
{
	for (; prefixes && *prefixes; prefixes++)
		if (str_starts_with(text, *prefixes))
			return true;
	return false;
}

static bool is_listed(const char *const *names, const char *text)
{
	for (; names && *names; names++)
		if (str_eq(text, *names))
			return true;
	return false;
}

/* The kernel's reason in words: errno, and what libbpf said about it. */
static int refused(struct err *err, int number, const char *what)
{
	const char *detail = first_complaint;

	if (str_starts_with(detail, "libbpf: "))
		detail += strlen("libbpf: ");
	if (number == EPERM || number == EACCES || !detail[0])
		err_num(err, number, "%s", what);
	else
		err_set(err, number, "%s: %s", what, detail);
	return err_status(err, EXIT_UNSUPPORTED);
}

static void close_btf(struct session *s)
{
	if (s->btf_fd >= 0)
		close(take_fd(&s->btf_fd));
}

/*
 * Opens the object so that it relocates against the few types it needs, where that is possible;
 * else (the file system is a module, old libbpf) against all of the kernel's.
 */
static int open_object(struct session *s, struct err *err)
{
	cleanup_close int fd = -1;
	struct err ignored = { 0 };
	char path[32];
	int r = s->tracer->open(&s->object, NULL, err);

	if (r < 0 || !s->backend->required_types)
		return r;
	r = btf_slice_of_kernel(bpf_object__btf(s->object.object), s->backend->required_types, &fd,
				&ignored);
	if (r < 0)
		return 0;
	s->tracer->close(&s->object);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s->btf_fd = take_fd(&fd);
	return s->tracer->open(&s->object, path, err);
}

/* A smaller ring beats no trace: maps are charged to our memory cgroup. */
static int load(struct session *s, const struct session_options *options, struct err *err)
{
	uint64_t ring_bytes = options->ring_bytes;
	int r;

	for (;;) {
		struct bpf_program *program;
		struct bpf_map *ring;

		r = open_object(s, err);
		if (r < 0)
			return r;
		*s->object.filter = options->filter;
		ring = bpf_object__find_map_by_name(s->object.object, "events");
		if (ring && ring_bytes)
			bpf_map__set_max_entries(ring, (uint32_t)ring_bytes);
		bpf_object__for_each_program(program, s->object.object)
		{
			const char *section = bpf_program__section_name(program);

			bpf_program__set_autoload(program,
						  has_prefix(s->backend->sections, section));
		}
		r = s->tracer->load(&s->object);
		if (r != -ENOMEM || ring_bytes / 2 < MIN_RING_BYTES)
			break;
		s->tracer->close(&s->object);
		close_btf(s);
		ring_bytes /= 2;
	}
	close_btf(s);
	return r < 0 ? refused(err, -r, "load") : 0;
}

static bool can_attach(const struct bpf_program *program)
{
	return bpf_program__autoload(program) &&
	       !str_eq(bpf_program__section_name(program), "syscall");
}

static int attach(struct session *s, struct err *err)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, s->object.object)
	{
		const char *name = bpf_program__name(program);
		struct bpf_link *link;

		if (!can_attach(program))
			continue;
		if (s->links_count == SESSION_MAX_LINKS)
			return err_set(err, E2BIG, "too many programs");
		first_complaint[0] = '\0';
		link = bpf_program__attach(program);
		if (!link && is_listed(s->backend->optional, name))
			continue;
		if (!link) {
			int number = errno;
			char what[128];

			snprintf(what, sizeof(what), "attach %s",
				 bpf_program__section_name(program));
			return refused(err, number, what);
		}
		s->programs[s->links_count] = program;
		s->links[s->links_count++] = link;
	}
	return 0;
}

static int on_ring(void *arg, void *data, size_t size)
{
	const struct session_options *options = arg;

	options->on_event(options->arg, data, size);
	return 0;
}

int session_try(struct session *session, const struct tracer *tracer,
		const struct tracer_backend *backend, const struct session_options *options,
		struct err *err)
{
	struct session *s = session;
	int r;

	*s = (struct session){ .tracer = tracer, .backend = backend, .stats_fd = -1, .btf_fd = -1 };
	first_complaint[0] = '\0';
	libbpf_set_print(keep_complaint);
	r = backend->probe ? backend->probe(err) : 0;
	if (r == 0)
		r = load(s, options, err);
	if (r == 0 && tracer->prepare)
		r = tracer->prepare(&s->object, backend, err);
	if (r == 0 && options->stats)
		s->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (r == 0)
		r = attach(s, err);
	if (r == 0 && options->on_event) {
		struct bpf_map *map = bpf_object__find_map_by_name(s->object.object, "events");

		s->ring = ring_buffer__new(bpf_map__fd(map), on_ring, (void *)options, NULL);
		if (!s->ring)
			r = err_sys(err, "open the ring buffer");
	}
	if (r < 0)
		session_close(s);
	return r;
}

static void append_reason(struct strbuf *reasons, const struct tracer_backend *backend,
			  const struct err *err)
{
	strbuf_printf(reasons, "%s%s: %s", reasons->len ? "; " : "", backend->name, err->message);
}

int session_open(struct session *session, const struct tracer *tracer,
		 const struct session_options *options, struct err *err)
{
	cleanup_strbuf struct strbuf reasons = { 0 };
	int r = -ENOENT;

	for (const struct tracer_backend *const *b = tracer->backends; *b; b++) {
		struct err reason = { 0 };

		if (options->backend && !str_eq(options->backend, (*b)->name))
			continue;
		r = session_try(session, tracer, *b, options, &reason);
		if (r == 0)
			return 0;
		append_reason(&reasons, *b, &reason);
	}
	err_set(err, r, "no backend works here: %s",
		reasons.data ? reasons.data : "none of that name");
	if (geteuid() != 0)
		err_hint(err, "tracing needs root, or CAP_BPF and CAP_PERFMON");
	else
		err_hint(err, "ctrace doctor says what each backend needs");
	return err_status(err, EXIT_UNSUPPORTED);
}

int session_fd(const struct session *session)
{
	return ring_buffer__epoll_fd(session->ring);
}

int session_drain(struct session *session)
{
	return ring_buffer__consume(session->ring);
}

void session_detach(struct session *session)
{
	for (unsigned i = 0; i < session->links_count; i++)
		bpf_link__destroy(session->links[i]);
	session->links_count = 0;
}

static uint64_t skipped_runs(const struct session *session)
{
	struct bpf_program *program;
	uint64_t skipped = 0;

	bpf_object__for_each_program(program, session->object.object)
	{
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);

		if (can_attach(program) &&
		    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
			skipped += info.recursion_misses;
	}
	return skipped;
}

uint64_t session_lost(const struct session *session)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(session->object.object,
								 "counters");
	int cpus = libbpf_num_possible_cpus();
	uint64_t values[MAX_CPUS], lost = skipped_runs(session);

	if (!map || cpus <= 0 || cpus > MAX_CPUS)
		return lost;
	for (uint32_t key = 0; key < session->tracer->counters; key++) {
		if (bpf_map_lookup_elem(bpf_map__fd(map), &key, values) < 0)
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			lost += values[cpu];
	}
	return lost;
}

void session_stats_json(const struct session *session, struct json_writer *w)
{
	struct bpf_program *program;

	jw_array_begin(w);
	bpf_object__for_each_program(program, session->object.object)
	{
		struct bpf_prog_info info = { 0 };
		uint32_t size = sizeof(info);

		if (!can_attach(program) ||
		    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) < 0)
			continue;
		jw_object_begin(w);
		jw_member_string(w, "program", bpf_program__name(program));
		jw_member_u64(w, "runs", info.run_cnt);
		jw_member_u64(w, "run_time_ns", info.run_time_ns);
		jw_member_u64(w, "skipped", info.recursion_misses);
		jw_member_u64(w, "instructions", info.verified_insns);
		jw_object_end(w);
	}
	jw_array_end(w);
}

void session_close(struct session *session)
{
	session_detach(session);
	ring_buffer__free(session->ring);
	session->ring = NULL;
	if (session->stats_fd >= 0)
		close(session->stats_fd);
	session->stats_fd = -1;
	close_btf(session);
	if (session->object.skeleton)
		session->tracer->close(&session->object);
	session->object = (struct tracer_object){ 0 };
}
