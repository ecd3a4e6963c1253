/*
 * write_amp.c - `cbench write-amp`: how many bytes a small write into a lower file really writes.
 *
 * Owns: the matrix operation x file system x overlay options, its table and its JSON.
 * Does not own: one cell of it (write_cell.h).
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cases/cases.h"
#include "bench/child.h"
#include "bench/export.h"
#include "bench/text.h"
#include "bench/workspace.h"
#include "bench/write_cell.h"
#include "user/base/cleanup.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/log.h"
#include "user/base/str.h"
#include "user/base/table.h"

#define MIN_FS_BYTES (512ULL << 20) /* xfs refuses less than 300 MiB */
#define DEFAULT_LOWER_BYTES (64ULL << 20)
#define MAX_LOWER_BYTES (16ULL << 30)
#define EXIT_INTERRUPTED 130

struct options {
	const char *filesystems, *operations, *dir, *json;
	uint64_t lower_bytes;
};

static const struct opt opts[] = {
	{ "fs", 0, OPT_STRING, offsetof(struct options, filesystems), "LIST",
	  "file systems (default " SCRATCH_KINDS ")" },
	{ "operation", 0, OPT_STRING, offsetof(struct options, operations), "LIST",
	  "operations (default " WRITE_OPERATIONS ")" },
	{ "size", 0, OPT_SIZE, offsetof(struct options, lower_bytes), "BYTES",
	  "size of the lower file (default 64m)" },
	{ "dir", 0, OPT_STRING, offsetof(struct options, dir), "DIR",
	  "folder on the disk that images are made on (default /var/tmp)" },
	{ "json", 0, OPT_STRING, offsetof(struct options, json), "FILE",
	  "write the cells to FILE; - is stdout, without the table" },
	OPT_END
};

static void set_defaults(void *values)
{
	*(struct options *)values = (struct options){ .filesystems = SCRATCH_KINDS,
						      .operations = WRITE_OPERATIONS,
						      .lower_bytes = DEFAULT_LOWER_BYTES,
						      .dir = "/var/tmp" };
}

struct output {
	struct table table;
	struct json_writer json;
	unsigned cells, missing, sequence;
};

static void put_bytes(struct table *t, uint64_t bytes, bool known)
{
	char text[32];

	table_cell(t, "%s", known ? text_bytes((double)bytes, text, sizeof(text)) : "-");
}

static void put_row(struct table *t, const struct scratch_fs *fs, const struct write_cell *c)
{
	char text[64];

	table_cell(t, "%s", fs->kind);
	table_cell(t, "%s%s", c->operation, str_eq(c->options, "default") ? "" : "*");
	put_bytes(t, c->task_bytes, true);
	put_bytes(t, c->device_bytes, fs->has_device);
	put_bytes(t, c->free_bytes, true);
	snprintf(text, sizeof(text), "%.0fx", c->factor);
	table_cell(t, "%s", c->logical_bytes ? text : "-");
	table_cell(t, "%s", text_duration((double)c->open_ns, text, sizeof(text)));
	table_cell(t, "%s",
		   c->logical_bytes ? text_duration((double)c->fsync_ns, text, sizeof(text)) : "-");
}

static void put_json(struct json_writer *w, const struct scratch_fs *fs, const struct write_cell *c)
{
	char factor[64];

	snprintf(factor, sizeof(factor), "%.2f", c->factor);
	jw_object_begin(w);
	jw_member_string(w, "operation", c->operation);
	jw_member_u64(w, "lower_bytes", c->lower_bytes);
	jw_member_string(w, "filesystem", fs->kind);
	jw_member_string(w, "options", c->options);
	jw_member_u64(w, "logical_bytes", c->logical_bytes);
	jw_member_u64(w, "task_bytes", c->task_bytes);
	jw_key(w, "device_bytes");
	if (fs->has_device)
		jw_u64(w, c->device_bytes);
	else
		jw_null(w);
	jw_member_u64(w, "free_bytes", c->free_bytes);
	jw_key(w, "factor");
	jw_raw(w, c->logical_bytes ? factor : "null");
	jw_member_u64(w, "open_ns", c->open_ns);
	jw_member_u64(w, "write_ns", c->write_ns);
	jw_member_u64(w, "fsync_ns", c->fsync_ns);
	jw_object_end(w);
}

/* Next item of a comma-separated list into item; false at its end. */
static bool next_item(const char **list, char *item, size_t size)
{
	size_t len = strcspn(*list, ",");

	if (!**list)
		return false;
	fmt_string(item, size, "%.*s", (int)len, *list);
	*list += len + ((*list)[len] == ',');
	return true;
}

static int measure_on(const struct scratch_fs *fs, const struct options *o, struct output *out,
		      struct err *err)
{
	static const char *const overlays[] = { "default", "metacopy=on" };
	const char *list = o->operations;
	char operation[24];
	int r = 0;

	while (r == 0 && next_item(&list, operation, sizeof(operation))) {
		for (size_t i = 0; i < ARRAY_LEN(overlays) && r == 0; i++) {
			struct write_cell cell = { .operation = operation,
						   .options = overlays[i],
						   .lower_bytes = o->lower_bytes };

			if (child_interrupted())
				return 0;
			r = write_cell_measure(&cell, fs, ++out->sequence, err);
			if (r < 0)
				break;
			put_row(&out->table, fs, &cell);
			put_json(&out->json, fs, &cell);
			out->cells++;
		}
	}
	return r;
}

/* A file system that cannot be had here is a warning; a wrong word on the command line is not. */
static int measure_fs(const char *kind, const struct options *o, const struct workspace *ws,
		      struct output *out, struct err *err)
{
	/* Every cell has its own lower file, and most copy it. */
	uint64_t bytes = MIN_FS_BYTES + 20 * o->lower_bytes;
	struct scratch_fs fs;
	char dir[192];
	int r;

	fmt_string(dir, sizeof(dir), "%s/fs-%s", ws->dir, kind);
	r = scratch_fs_open(&fs, kind, o->dir, dir, bytes, err);
	if (r == 0) {
		r = measure_on(&fs, o, out, err);
		scratch_fs_close(&fs);
	}
	if (r < 0 && err->status != EXIT_USAGE) {
		log_warning("%s: %s%s%s", kind, err->message, err->hint[0] ? "; " : "", err->hint);
		err_reset(err);
		out->missing++;
		r = 0;
	}
	return r;
}

static int show(const struct options *o, struct output *out, struct err *err)
{
	int r = 0;

	if (!o->json || !str_eq(o->json, "-")) {
		r = table_print(&out->table, STDOUT_FILENO);
		dprintf(STDOUT_FILENO, "* overlay mounted with metacopy=on\n");
		r = r < 0 ? err_num(err, r, "write to stdout") : 0;
	}
	if (r == 0 && o->json) {
		strbuf_putc(&out->json.out, '\n');
		r = export_write(&out->json.out, o->json, err);
	}
	return r;
}

static int measure_all(const struct options *o, struct workspace *ws, struct output *out,
		       struct err *err)
{
	static const char *const titles[] = { "FS",   "OPERATION", "TASK", "DEVICE",
					      "FREE", "FACTOR",	   "OPEN", "FSYNC" };
	const char *list = o->filesystems;
	struct host host;
	char kind[24];
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&out->table, titles[i], i > 1);
	host_read(&host, ws);
	export_begin(&out->json, "write-amp", &host);
	jw_key(&out->json, "cells");
	jw_array_begin(&out->json);
	while (r == 0 && !child_interrupted() && next_item(&list, kind, sizeof(kind)))
		r = measure_fs(kind, o, ws, out, err);
	jw_array_end(&out->json);
	jw_object_end(&out->json);
	return r < 0 ? r : show(o, out, err);
}

static int run(void *values, int argc, char **argv, struct err *err)
{
	const struct options *o = values;
	struct output out = { 0 };
	struct workspace ws;
	int r;

	(void)argc;
	(void)argv;
	if (!o->lower_bytes || o->lower_bytes > MAX_LOWER_BYTES) {
		err_set(err, EINVAL, "--size must be 1 byte to 16g");
		return err_status(err, EXIT_USAGE);
	}
	r = child_init(err);
	r = r < 0 ? r : workspace_open(&ws, err);
	if (r < 0)
		return r;
	if (ws.private_mounts) {
		r = measure_all(o, &ws, &out, err);
	} else {
		r = err_set(err, EPERM, "needs the privilege to mount file systems");
		err_hint(err, "run as root");
		err_status(err, EXIT_UNSUPPORTED);
	}
	workspace_close(&ws);
	table_free(&out.table);
	strbuf_free(&out.json.out);
	if (r < 0)
		return r;
	if (child_interrupted())
		return EXIT_INTERRUPTED;
	return out.missing ? EXIT_UNSUPPORTED : EXIT_OK;
}

const struct command case_write_amp = {
	.name = "write-amp",
	.summary = "bytes that a 4 KiB write into an overlay's lower file really writes",
	.details = "Each cell writes 4 KiB (or changes the mode) through a fresh overlay whose\n"
		   "lower file has --size bytes. TASK is what the kernel charges to the writer,\n"
		   "DEVICE what reaches the device, FREE what the file system has less of.\n"
		   "FACTOR is DEVICE (tmpfs: FREE) over the 4 KiB.",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.defaults = set_defaults,
	.run = run,
};
