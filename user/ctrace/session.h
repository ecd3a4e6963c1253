/*
 * session.h - the life of a tracer in the kernel: choose a backend, load, attach, poll, detach.
 *
 * Owns: the loaded programs and their links. Nothing is pinned, so whatever ends this process,
 * kill -9 included, removes them. Backends are chosen by loading and attaching: what a kernel
 * permits cannot be read from its configuration.
 * Does not own: what the events mean (tracer.h) or when to stop (trace.h).
 *
 * See: bpf(2), Documentation/bpf/libbpf.
 */
#ifndef CBOX_CTRACE_SESSION_H
#define CBOX_CTRACE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"
#include "user/base/json_write.h"
#include "user/ctrace/tracer.h"

#define SESSION_MAX_LINKS 32

struct bpf_link;
struct bpf_program;
struct ring_buffer;

struct session {
	const struct tracer *tracer;
	const struct tracer_backend *backend;
	struct tracer_object object;
	struct bpf_link *links[SESSION_MAX_LINKS];
	struct bpf_program *programs[SESSION_MAX_LINKS];
	unsigned links_count;
	struct ring_buffer *ring;
	int stats_fd; /* >= 0: the kernel counts run times */
	int btf_fd;   /* >= 0 while loading: what the object relocates against */
};

/* Called for each event. */
typedef void (*session_event_fn)(void *arg, const void *event, size_t size);

struct session_options {
	struct trace_filter filter;
	const char *backend; /* a name, or NULL for the first that works */
	uint64_t ring_bytes; /* a power of two; halved while the kernel has no memory for it */
	bool stats;
	session_event_fn on_event;
	void *arg;
};

/*
 * Loads and attaches. On failure *err says what each backend lacks, with EXIT_UNSUPPORTED.
 * Returns 0 or -errno; close with session_close() in both cases.
 */
int session_open(struct session *session, const struct tracer *tracer,
		 const struct session_options *options, struct err *err);

/* Loads and attaches one backend; *err is the kernel's reason when it does not work. */
int session_try(struct session *session, const struct tracer *tracer,
		const struct tracer_backend *backend, const struct session_options *options,
		struct err *err);

/* fd that becomes readable when events wait. */
int session_fd(const struct session *session);
/* Delivers the events that wait. Returns their number or -errno. */
int session_drain(struct session *session);
/* No event is recorded after this; those that wait can still be drained. */
void session_detach(struct session *session);
/*
 * Events that were seen but not delivered: no room in the ring buffer or in a table, or a program
 * that was skipped because it would have met itself.
 */
uint64_t session_lost(const struct session *session);
/* Run counts and times of each program, as a JSON array. Only with options.stats. */
void session_stats_json(const struct session *session, struct json_writer *w);
void session_close(struct session *session);

#endif
