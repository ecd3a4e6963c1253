/*
 * list.c - `cbox-oci list`: all containers below --root, as a table or JSON.
 */
#include <stdio.h>
#include <unistd.h>

#include "runtime/oci/oci.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"
#include "user/base/table.h"

struct options {
	const char *format;
	bool quiet;
};

static const struct opt opts[] = {
	{ "format", 'f', OPT_CHOICE, offsetof(struct options, format), "table|json",
	  "form of the output" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct options, quiet), NULL, "ids only" },
	OPT_END,
};

static void defaults(void *given)
{
	((struct options *)given)->format = "table";
}

static void print_json(struct json_writer *w, const struct container *c)
{
	char created[CLOCK_RFC3339_SIZE];

	jw_object_begin(w);
	jw_member_string(w, "ociVersion", c->version ? c->version : "");
	jw_member_string(w, "id", c->id);
	jw_member_i64(w, "pid", c->pid);
	jw_member_string(w, "status", container_status_name(c->status));
	jw_member_string(w, "bundle", c->bundle ? c->bundle : "");
	jw_member_string(w, "rootfs", c->rootfs ? c->rootfs : "");
	jw_member_string(w, "created", clock_rfc3339(c->created_ns, created));
	jw_object_end(w);
}

static void print_row(struct table *table, const struct container *c)
{
	char created[CLOCK_RFC3339_SIZE];

	table_cell(table, "%s", c->id);
	table_cell(table, "%d", c->pid);
	table_cell(table, "%s", container_status_name(c->status));
	table_cell(table, "%s", c->bundle ? c->bundle : "");
	table_cell(table, "%s", clock_rfc3339(c->created_ns, created));
}

static int finish(const struct options *o, struct table *table, struct json_writer *w,
		  struct err *err)
{
	int r;

	if (o->quiet)
		return 0;
	if (str_eq(o->format, "table")) {
		r = table_print(table, STDOUT_FILENO);
	} else {
		jw_array_end(w);
		strbuf_putc(&w->out, '\n');
		r = w->out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w->out.data, w->out.len);
	}
	return r < 0 ? err_num(err, r, "print the list") : 0;
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	struct table table = { 0 };
	struct json_writer w = { 0 };
	const char **ids;
	int r = container_list(oci_arena(), oci_globals.root, &ids, err);

	(void)argc;
	(void)argv;
	if (r < 0)
		return r;
	table_column(&table, "ID", false);
	table_column(&table, "PID", true);
	table_column(&table, "STATUS", false);
	table_column(&table, "BUNDLE", false);
	table_column(&table, "CREATED", false);
	jw_array_begin(&w);
	for (; *ids; ids++) {
		struct container container;
		struct err gone = { 0 };

		/* one that vanishes or is damaged must not hide the others */
		if (container_load(oci_arena(), oci_globals.root, *ids, &container, &gone) < 0)
			continue;
		if (o->quiet)
			puts(container.id);
		else if (str_eq(o->format, "table"))
			print_row(&table, &container);
		else
			print_json(&w, &container);
	}
	r = finish(o, &table, &w, err);
	table_free(&table);
	strbuf_free(&w.out);
	return r;
}

const struct command oci_list = {
	.name = "list",
	.summary = "list containers",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.defaults = defaults,
	.max_args = 0,
	.run = run,
};
