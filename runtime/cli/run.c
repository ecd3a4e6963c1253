/*
 * run.c - `cbox run`: an image, options and a command become a running container.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/lifecycle.h"
#include "runtime/cli/run_options.h"
#include "runtime/cli/spec_build.h"
#include "runtime/core/plan.h"
#include "user/base/cleanup.h"
#include "user/base/clock.h"
#include "user/base/fd.h"
#include "user/base/log.h"
#include "user/base/str.h"

/* The image that comes with cbox imports itself when it is first asked for. */
static int find_image(struct arena *arena, const struct places *places, const char *name,
		      struct image *image, struct err *err)
{
	static const char *const import_demo[] = { "cbox-image", "import", "--demo", NULL };
	int r = image_find(arena, places->root_fd, name, image, err);

	if (r != -ENOENT || (!str_eq(name, "demo") && !str_eq(name, "demo:latest")))
		return r;
	err_reset(err);
	r = cli_run_image(import_demo, true, err);
	if (r != 0)
		return r < 0 ? r : err_set(err, EIO, "the demo image could not be imported");
	return image_find(arena, places->root_fd, name, image, err);
}

static int print_plan(struct arena *arena, const struct config *config, struct err *err)
{
	cleanup_strbuf struct strbuf out = { 0 };
	struct plan_options options = {
		.bundle = "/", .has_cgroup = true, .has_root_fd = true, .terminal = config->tty
	};
	struct spec spec;
	struct plan plan = { 0 };
	int r = spec_build(arena, config, -1, &spec, err);

	if (r == 0)
		r = plan_create(arena, &spec, &options, &plan, err);
	if (r < 0)
		return r;
	strbuf_printf(&out, "overlay of %s in cgroup %s\n", config->image,
		      spec.linux_.cgroups_path);
	for (size_t i = 0; i < plan.count; i++) {
		plan_print_step(&plan.steps[i], &out);
		strbuf_putc(&out, '\n');
	}
	r = out.failed ? -ENOMEM : fd_write_all(STDOUT_FILENO, out.data, out.len);
	return r < 0 ? err_num(err, r, "print the plan") : EXIT_OK;
}

static int run_in(struct arena *arena, struct places *places, const struct run_options *o, int argc,
		  char **argv, struct err *err)
{
	struct config config = { .created_ns = clock_ns(CLOCK_REALTIME) };
	struct image image;
	int r;

	places->hold_fd = store_hold(places->root_fd, err);
	if (places->hold_fd < 0)
		return places->hold_fd;
	config.id = lifecycle_new_id(arena);
	if (!config.id)
		return err_sys(err, "make an id");
	r = find_image(arena, places, argv[0], &image, err);
	if (r == 0)
		r = run_options_apply(arena, o, &image, argv[0], argc - 1, argv + 1, &config, err);
	if (r < 0)
		return r;
	if (o->dry_run)
		return print_plan(arena, &config, err);
	if (!o->detach)
		return cli_start_attached(places, &config, true, err);
	r = cli_start_detached(places, &config, true, err);
	if (r < 0)
		return r;
	printf("%s\n", config.id);
	return fflush(stdout) == 0 ? EXIT_OK : err_sys(err, "print the id");
}

static int run(void *opts, int argc, char **argv, struct err *err)
{
	static char first_block[16 * 1024];
	cleanup_places struct places places = PLACES_NONE;
	cleanup_arena struct arena arena = { 0 };
	int r;

	arena_use(&arena, first_block, sizeof(first_block));
	r = places_open(&places, err);
	if (r == 0)
		r = run_in(&arena, &places, opts, argc, argv, err);
	if (r >= 0 || err->status == EXIT_USAGE)
		return r;
	log_err(err);
	return cli_run_exit_code(err);
}

const struct command cli_run = {
	.name = "run",
	.args = "IMAGE [COMMAND [ARG...]]",
	.summary = "make a container from an image and start it",
	.details =
		"The exit status is the program's; 128 + N when signal N ended it; 125 when cbox "
		"failed, 126 when the program cannot be run, 127 when it is not there. In the "
		"foreground the program has the caller's own standard output, so nothing of it "
		"is kept for 'cbox logs'; with --detach all of it is.",
	.opts = run_option_table,
	.opts_size = sizeof(struct run_options),
	.min_args = 1,
	.max_args = -1,
	.stop_at_args = true,
	.run = run,
};
