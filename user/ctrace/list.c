/*
 * list.c - see list.h.
 */
#include "user/ctrace/list.h"

#include <unistd.h>

#include "user/base/container_lookup.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"
#include "user/base/table.h"

static int print_json(const struct live_containers *list)
{
	struct json_writer w = { .indent = 2 };
	int r;

	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_key(&w, "containers");
	jw_array_begin(&w);
	for (size_t i = 0; i < list->count; i++) {
		const struct live_container *c = &list->items[i];

		jw_object_begin(&w);
		jw_member_string(&w, "id", c->id);
		jw_member_string(&w, "name", c->name);
		jw_member_string(&w, "image", c->image);
		jw_member_u64(&w, "pid", (uint64_t)c->pid);
		jw_member_string(&w, "cgroup", c->cgroup);
		jw_member_u64(&w, "mntns", c->mntns);
		jw_member_u64(&w, "netns", c->netns);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r;
}

static int print_table(const struct live_containers *list)
{
	struct table table = { 0 };
	int r;

	table_column(&table, "ID", false);
	table_column(&table, "NAME", false);
	table_column(&table, "IMAGE", false);
	table_column(&table, "PID", true);
	table_column(&table, "CGROUP", false);
	for (size_t i = 0; i < list->count; i++) {
		const struct live_container *c = &list->items[i];

		table_cell(&table, "%.12s", c->id);
		table_cell(&table, "%s", c->name);
		table_cell(&table, "%s", c->image);
		table_cell(&table, "%d", c->pid);
		table_cell(&table, "%s", c->cgroup);
	}
	r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r;
}

int list_run(const char *run_dir, bool json, struct err *err)
{
	struct live_containers list = { 0 };
	int r = live_containers_load(run_dir, &list, err);

	if (r < 0)
		return r;
	r = json ? print_json(&list) : print_table(&list);
	live_containers_free(&list);
	return r < 0 ? err_num(err, r, "write") : 0;
}
