/*
 * system.c - `cbox system`: recover, prune, info.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runtime/cgroup/cgroup.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/recover.h"
#include "runtime/cli/undo.h"
#include "user/base/cleanup.h"
#include "user/base/fd.h"
#include "user/base/json_write.h"
#include "user/base/log.h"
#include "user/base/str.h"

struct system_options {
	bool all, force, json;
};

static int no_arguments(int argc, struct err *err)
{
	if (argc == 0)
		return 0;
	err_set(err, EINVAL, "too many arguments");
	return err_status(err, EXIT_USAGE);
}

static int run_recover(const struct system_options *o, struct err *err)
{
	cleanup_places struct places places = PLACES_NONE;
	struct recover_result result = { 0 };
	int r = places_open(&places, err);

	(void)o;
	if (r == 0)
		r = recover(&places, &result, err);
	if (r < 0)
		return r;
	printf("%u container%s undone, %u left alone\n", result.undone,
	       result.undone == 1 ? "" : "s", result.alive);
	return result.failed ? EXIT_FAILED : EXIT_OK;
}

static int run_prune(const struct system_options *o, struct err *err)
{
	static const char *const names[] = { "cbox-image", "prune", NULL };
	static const char *const all[] = { "cbox-image", "prune", "--all", NULL };
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct container_info *list;
	size_t count;

	if (places_open(&places, err) < 0 || status_list(&arena, &places, &list, &count, err) < 0)
		return -err->number;
	for (size_t i = 0; i < count; i++) {
		const struct config *config = &list[i].config;

		if (list[i].status != STATUS_EXITED)
			continue;
		if (owner_write(places.run_fd, config->id, config->name, true, err) < 0 ||
		    undo_container(&places, config->id, config->name, false, err) < 0)
			return -err->number;
		printf("Deleted container: %s\n", config->name);
	}
	return cli_run_image(o->all ? all : names, false, err);
}

static int run_info(const struct system_options *o, struct err *err)
{
	static const char *const modes[] = { "v2", "v1", "hybrid" };
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	struct json_writer w = { .indent = 2 };
	struct container_info *list;
	struct cgroup cgroup = { 0 };
	struct err ignored = { 0 };
	struct utsname uts;
	size_t count, running = 0;
	int r;

	if (places_open(&places, err) < 0 || status_list(&arena, &places, &list, &count, err) < 0)
		return -err->number;
	for (size_t i = 0; i < count; i++)
		running += list[i].status == STATUS_RUNNING;
	uname(&uts);
	r = cgroup_open(&cgroup, "/cbox", false, &ignored);
	if (!o->json) {
		printf("Containers: %zu (%zu running)\nRoot: %s\nRun: %s\nKernel: %s\nCgroups: "
		       "%s\n",
		       count, running, places.root, places.run, uts.release,
		       r < 0 ? "none" : modes[cgroup.mode]);
		cgroup_close(&cgroup);
		return EXIT_OK;
	}
	jw_object_begin(&w);
	jw_member_u64(&w, "schema", 1);
	jw_member_string(&w, "version", CBOX_VERSION);
	jw_member_u64(&w, "containers", count);
	jw_member_u64(&w, "running", running);
	jw_member_string(&w, "root", places.root);
	jw_member_string(&w, "run", places.run);
	jw_member_string(&w, "kernel", uts.release);
	jw_member_string(&w, "cgroups", r < 0 ? NULL : modes[cgroup.mode]);
	jw_object_end(&w);
	strbuf_putc(&w.out, '\n');
	cgroup_close(&cgroup);
	r = w.out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, w.out.data, w.out.len);
	strbuf_free(&w.out);
	return r < 0 ? err_num(err, r, "print") : EXIT_OK;
}

static const struct opt system_table[] = {
	{ "all", 'a', OPT_FLAG, offsetof(struct system_options, all), NULL,
	  "prune: also images with a name that no container uses" },
	{ "force", 'f', OPT_FLAG, offsetof(struct system_options, force), NULL,
	  "prune: taken for Docker's sake; nothing is asked here anyway" },
	{ "json", 0, OPT_FLAG, offsetof(struct system_options, json), NULL, "info: print JSON" },
	OPT_END
};

static int run_system(void *opts, int argc, char **argv, struct err *err)
{
	static const struct {
		const char *name;
		int (*run)(const struct system_options *options, struct err *err);
	} verbs[] = { { "recover", run_recover }, { "prune", run_prune }, { "info", run_info } };

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_eq(argv[0], verbs[i].name)) {
			int r = no_arguments(argc - 1, err);

			return r < 0 ? r : verbs[i].run(opts, err);
		}
	err_set(err, EINVAL, "unknown command \"system %s\"", argv[0]);
	return err_status(err, EXIT_USAGE);
}

const struct command cli_system = {
	.name = "system",
	.args = "recover|prune|info",
	.summary = "clear up after a crash, remove what is not used, show facts",
	.details =
		"recover undoes every container whose owner (the foreground 'cbox run', or the "
		"monitor of a detached one) was killed: its processes end, its cgroups and records "
		"go, its name is free again. What such a container had written is moved to "
		"CBOX_ROOT/salvaged unless it was to be removed anyway (--rm). Containers with a "
		"living owner are left alone. prune removes stopped containers, images without a "
		"name, and layers and blobs no image needs.",
	.opts = system_table,
	.opts_size = sizeof(struct system_options),
	.min_args = 1,
	.max_args = -1,
	.run = run_system,
};
