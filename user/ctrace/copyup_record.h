/*
 * copyup_record.h - one copy-up, as it is shown.
 *
 * Owns: decoding the kernel side's event into a record with names and a path, and writing a
 * record as text or JSON. Pure but for the cached look-ups in struct naming.
 * Does not own: loading and attaching (copyup.c), sums (copyup_summary.h).
 */
#ifndef CBOX_CTRACE_COPYUP_RECORD_H
#define CBOX_CTRACE_COPYUP_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/json_write.h"
#include "user/base/str.h"
#include "user/ctrace/naming.h"

#define COPYUP_PATH_SIZE 8192

struct copyup_record {
	uint64_t ts_ns;			      /* end of the copy-up, since the epoch */
	const char *container, *container_id; /* NULL: not in a known container */
	uint32_t pid;
	char comm[17];
	char path[COPYUP_PATH_SIZE];
	const char *kind; /* "data", "meta", "dir" */
	uint64_t size_bytes, copied_bytes, copy_ns, fsync_ns;
	bool fsync_unknown;
	char syscall[32];
};

/* false when event is not a whole one. */
bool copyup_decode(struct naming *naming, const void *event, size_t size, void *record);
void copyup_text_header(struct strbuf *out);
void copyup_text(const void *record, struct strbuf *out);
void copyup_json(const void *record, struct json_writer *w);

#endif
