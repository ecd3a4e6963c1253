/*
 * ps.c - `cbox-oci ps`: the processes of a container, as pids in JSON or by ps(1).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/oci/oci.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"
#include "user/base/table.h"

struct options {
	const char *format;
};

static const struct opt opts[] = {
	{ "format", 'f', OPT_CHOICE, offsetof(struct options, format), "table|json",
	  "form of the output" },
	OPT_END,
};

static void defaults(void *given)
{
	((struct options *)given)->format = "table";
}

static int read_pids(const struct container *container, pid_t **pids, size_t *count,
		     struct err *err)
{
	struct cgroup cg;
	int r;

	if (!container->cgroup_path)
		return err_set(err, ENOTSUP,
			       "the container has no cgroup that names its processes");
	r = cgroup_open(&cg, container->cgroup_path, container->systemd_cgroup, err);
	if (r < 0)
		return r;
	r = cg.ops->pids(&cg, pids, count, err);
	cgroup_close(&cg);
	return r;
}

static int print_json(const pid_t *pids, size_t count)
{
	struct json_writer w = { 0 };
	int r;

	jw_array_begin(&w);
	for (size_t i = 0; i < count; i++)
		jw_i64(&w, pids[i]);
	jw_array_end(&w);
	strbuf_putc(&w.out, '\n');
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r;
}

static void read_comm(pid_t pid, char *buf, size_t size)
{
	char path[32];
	FILE *file;

	buf[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(buf, (int)size, file))
		buf[strcspn(buf, "\n")] = '\0';
	fclose(file);
}

static int print_table(const pid_t *pids, size_t count)
{
	struct table table = { 0 };
	int r;

	table_column(&table, "PID", true);
	table_column(&table, "CMD", false);
	for (size_t i = 0; i < count; i++) {
		char comm[64];

		read_comm(pids[i], comm, sizeof(comm));
		table_cell(&table, "%d", pids[i]);
		table_cell(&table, "%s", comm);
	}
	r = table_print(&table, STDOUT_FILENO);
	table_free(&table);
	return r;
}

static int run(void *given, int argc, char **argv, struct err *err)
{
	const struct options *o = given;
	cleanup_free pid_t *pids = NULL;
	struct container container;
	size_t count = 0;
	int r = container_load(oci_arena(), oci_globals.root, argv[0], &container, err);

	(void)argc;
	if (r == 0)
		r = read_pids(&container, &pids, &count, err);
	if (r < 0)
		return r;
	r = str_eq(o->format, "json") ? print_json(pids, count) : print_table(pids, count);
	return r < 0 ? err_num(err, r, "print the processes") : 0;
}

const struct command oci_ps = {
	.name = "ps",
	.args = "ID",
	.summary = "list the processes of a container",
	.opts = opts,
	.opts_size = sizeof(struct options),
	.defaults = defaults,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
