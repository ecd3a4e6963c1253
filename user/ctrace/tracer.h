/*
 * tracer.h - what a tracer is to the rest of ctrace.
 *
 * Owns: struct tracer, the table of functions each tracer fills in. A new tracer is one .bpf.c
 * file, one user file with such a table, and one line in main.c; loading, filters, polling,
 * output, lost events, summaries and the doctor are the frame's.
 * Does not own: any of the frame (session.h, trace.h, sink.h).
 */
#ifndef CBOX_CTRACE_TRACER_H
#define CBOX_CTRACE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi/filter.h"
#include "user/base/err.h"
#include "user/base/json_write.h"
#include "user/base/str.h"
#include "user/ctrace/naming.h"

struct bpf_object;

/* One way to observe the same thing. The first that loads and attaches is taken. */
struct tracer_backend {
	const char *name;
	const char *needs; /* what the kernel must offer, for the doctor */
	/* Programs of this backend: prefixes of their section names. NULL-terminated. */
	const char *const *sections;
	/* Names of programs that may fail to attach (a file system that is not there). */
	const char *const *optional;
	/* Quick test that only says no (probe.h); NULL for none. */
	int (*probe)(struct err *err);
	/*
	 * Set where no program needs the kernel's BTF but for relocations: the structures that must
	 * be in it. They are then cut out (btf_slice.h), which is faster.
	 */
	const char *const *required_types;
};

/* The opened skeleton of a tracer. */
struct tracer_object {
	struct bpf_object *object;
	struct trace_filter *filter; /* in its read-only data, to be filled before load */
	void *skeleton;
};

struct tracer {
	const char *name;
	const struct tracer_backend *const *backends; /* best first, NULL-terminated */
	unsigned counters;   /* entries of its "counters" map; all of them count lost events */
	size_t record_size;  /* of what decode() fills */
	size_t summary_size; /* of the zeroed memory behind the summary functions */

	/* btf_path: BTF to relocate against; NULL: the kernel's. */
	int (*open)(struct tracer_object *object, const char *btf_path, struct err *err);
	/* Loads the chosen programs: bpf_object__load_skeleton(). Returns 0 or -errno. */
	int (*load)(struct tracer_object *object);
	void (*close)(struct tracer_object *object);
	/* Between load and attach; NULL when there is nothing to do. Returns 0 or -errno. */
	int (*prepare)(struct tracer_object *object, const struct tracer_backend *backend,
		       struct err *err);

	/* Turns an event from the ring buffer into a record. false: malformed, counted as lost. */
	bool (*decode)(struct naming *naming, const void *event, size_t size, void *record);
	void (*text_header)(struct strbuf *out);
	void (*text)(const void *record, struct strbuf *out);
	/* Members after "schema" and "type". */
	void (*json)(const void *record, struct json_writer *w);

	void (*summary_add)(void *summary, const void *record);
	/* Members after "events" and "lost". */
	void (*summary_json)(const void *summary, unsigned top, struct json_writer *w);
	void (*summary_text)(const void *summary, unsigned top, struct strbuf *out);
	void (*summary_free)(void *summary);
};

extern const struct tracer tracer_copyup;

/* All tracers, NULL-terminated. */
extern const struct tracer *const tracers[];

#endif
