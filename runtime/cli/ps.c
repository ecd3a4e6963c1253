/*
 * ps.c - `cbox ps`: the containers there are.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/networking.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/fmt.h"
#include "user/base/json_write.h"
#include "user/base/str.h"
#include "user/base/table.h"

struct ps_options {
	bool all, quiet, json, no_trunc;
	const char *format;
};

static const struct opt ps_table[] = {
	{ "all", 'a', OPT_FLAG, offsetof(struct ps_options, all), NULL,
	  "also those that do not run" },
	{ "format", 0, OPT_CHOICE, offsetof(struct ps_options, format), "table|json",
	  "how to print them" },
	{ "json", 0, OPT_FLAG, offsetof(struct ps_options, json), NULL, "same as --format json" },
	{ "no-trunc", 0, OPT_FLAG, offsetof(struct ps_options, no_trunc), NULL, "whole ids" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct ps_options, quiet), NULL, "ids only" },
	OPT_END
};

static void describe(const struct container_info *info, uint64_t now_ns, char *text, size_t size)
{
	char age[48];

	switch (info->status) {
	case STATUS_RUNNING:
		clock_age(now_ns - info->started_ns, age, sizeof(age));
		fmt_string(text, size, "Up %s", age);
		break;
	case STATUS_EXITED:
		if (info->finished_ns)
			clock_age(now_ns - info->finished_ns, age, sizeof(age));
		fmt_string(text, size, "Exited (%d)%s%s%s", info->exit_code,
			   info->finished_ns ? " " : "", info->finished_ns ? age : "",
			   info->finished_ns ? " ago" : "");
		break;
	case STATUS_DEAD:
		fmt_string(text, size, "Dead (run 'cbox system recover')");
		break;
	case STATUS_CREATED:
		fmt_string(text, size, "Created");
		break;
	}
}

static void join(const char *const *words, struct strbuf *out)
{
	for (; words && *words; words++)
		strbuf_printf(out, "%s%s", out->len ? " " : "", *words);
}

static void print_json(const struct container_info *list, size_t count, struct strbuf *out)
{
	struct json_writer w = { .indent = 2 };
	uint64_t now_ns = clock_ns(CLOCK_REALTIME);

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_key(&w, "containers");
	jw_array_begin(&w);
	for (size_t i = 0; i < count; i++) {
		const struct container_info *info = &list[i];
		char text[96];

		describe(info, now_ns, text, sizeof(text));
		jw_object_begin(&w);
		jw_member_string(&w, "id", info->config.id);
		jw_member_string(&w, "name", info->config.name);
		jw_member_string(&w, "image", info->config.image);
		jw_member_strings(&w, "command", info->config.args);
		jw_member_u64(&w, "created_ns", info->config.created_ns);
		jw_member_string(&w, "state", status_name(info->status));
		jw_member_string(&w, "status", text);
		jw_member_i64(&w, "pid", info->pid);
		jw_member_i64(&w, "exit_code", info->exit_code);
		jw_member_string(&w, "network", info->config.network);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	*out = w.out;
}

static int print_table(const struct places *places, const struct container_info *list, size_t count,
		       bool whole)
{
	static const char *const titles[] = { "CONTAINER ID", "IMAGE", "COMMAND", "CREATED",
					      "STATUS",	      "PORTS", "NAMES" };
	uint64_t now_ns = clock_ns(CLOCK_REALTIME);
	struct table table = { 0 };
	int r;

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		table_column(&table, titles[i], false);
	for (size_t i = 0; i < count; i++) {
		cleanup_strbuf struct strbuf command = { 0 }, ports = { 0 };
		cleanup_arena struct arena arena = { 0 };
		struct endpoint endpoint;
		const struct config *config = &list[i].config;
		char age[48], text[96];

		clock_age(now_ns - config->created_ns, age, sizeof(age));
		describe(&list[i], now_ns, text, sizeof(text));
		join(config->args, &command);
		table_cell(&table, "%.*s", whole ? CONFIG_ID : 12, config->id);
		table_cell(&table, "%s", config->image);
		table_cell(&table, "\"%.*s%s\"", command.len > 20 ? 19 : 20, command.data,
			   command.len > 20 ? "…" : "");
		table_cell(&table, "%s ago", age);
		table_cell(&table, "%s", text);
		if (networking_load(&arena, places, config->id, &endpoint) == 0)
			networking_write_ports(&ports, &endpoint);
		table_cell(&table, "%s", ports.data ? ports.data : "");
		table_cell(&table, "%s", config->name);
	}
	r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r;
}

static int run_ps(void *opts, int argc, char **argv, struct err *err)
{
	const struct ps_options *o = opts;
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	cleanup_strbuf struct strbuf out = { 0 };
	struct container_info *list;
	size_t count, kept = 0;
	int r;

	(void)argc;
	(void)argv;
	if (places_open(&places, err) < 0 || status_list(&arena, &places, &list, &count, err) < 0)
		return -err->number;
	for (size_t i = 0; i < count; i++)
		if (o->all || list[i].status == STATUS_RUNNING)
			list[kept++] = list[i];
	if (o->quiet)
		for (size_t i = 0; i < kept; i++)
			strbuf_printf(&out, "%.*s\n", o->no_trunc ? CONFIG_ID : 12,
				      list[i].config.id);
	else if (o->json || (o->format && str_eq(o->format, "json")))
		print_json(list, kept, &out);
	else
		return print_table(&places, list, kept, o->no_trunc) < 0 ? err_sys(err, "print")
									 : EXIT_OK;
	r = out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.data, out.len);
	return r < 0 ? err_num(err, r, "print the containers") : EXIT_OK;
}

const struct command cli_ps = {
	.name = "ps",
	.summary = "list containers",
	.opts = ps_table,
	.opts_size = sizeof(struct ps_options),
	.run = run_ps,
};
