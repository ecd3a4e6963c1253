/*
 * export.h - results as JSON, schema 1; the shape is pinned by tests/golden.
 *
 * Owns: the document of a start-latency run, raw samples included, so that every derived figure
 * can be checked or made anew by whoever reads it.
 * Does not own: where it goes.
 */
#ifndef CBOX_BENCH_EXPORT_H
#define CBOX_BENCH_EXPORT_H

#include "bench/host.h"
#include "bench/runner.h"
#include "bench/seed_table.h"
#include "user/base/json_write.h"
#include "user/base/str.h"

/* Appends the document and a newline. table may be NULL. */
void export_start_latency(struct strbuf *out, const struct runner *runner, const struct host *host,
			  const struct seed_table *table);

/* Opens the object every document begins with: schema, case, version, host. */
void export_begin(struct json_writer *w, const char *case_name, const struct host *host);

/* Writes text to the file at path, "-" is stdout. Returns 0 or -errno. */
int export_write(const struct strbuf *text, const char *path, struct err *err);

#endif
