/*
 * run_options_test.c - image and command line become one configuration.
 */
#include "runtime/cli/run_options.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena arena;

static int apply(const struct run_options *o, const char *image_config, const char *const *argv,
		 struct config *config, struct err *err)
{
	struct image image = { .id = "i" };
	struct json *node;
	int argc = 0;

	cr_assert_eq(json_parse(&arena, image_config, strlen(image_config), &node, err), 0);
	image.config = node;
	while (argv && argv[argc])
		argc++;
	*config = (struct config){ .id = "0123456789abcdef" };
	return run_options_apply(&arena, o, &image, "demo", argc, (char **)argv, config, err);
}

static const char *args_of(const char *image_config, const char *entrypoint,
			   const char *const *argv)
{
	struct run_options o = { .entrypoint = entrypoint };
	struct config config;
	struct err err = { 0 };
	cleanup_strbuf struct strbuf text = { 0 };

	if (apply(&o, image_config, argv, &config, &err) < 0)
		return err.message[0] == 'N' ? "none" : "error";
	for (const char *const *a = config.args; *a; a++)
		strbuf_printf(&text, "%s%s", text.len ? " " : "", *a);
	return arena_strdup(&arena, text.data);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

Test(run_options, entrypoint_and_command_go_together_as_in_docker)
{
	static const char both[] = "{\"Entrypoint\":[\"e\",\"1\"],\"Cmd\":[\"c\"]}";

	cr_assert_str_eq(args_of(both, NULL, NULL), "e 1 c");
	cr_assert_str_eq(args_of(both, NULL, LIST("x", "y")), "e 1 x y");
	cr_assert_str_eq(args_of(both, "z", NULL), "z");
	cr_assert_str_eq(args_of(both, "z", LIST("x")), "z x");
	cr_assert_str_eq(args_of(both, "", LIST("x")), "x");
	cr_assert_str_eq(args_of("{}", NULL, NULL), "none");
}

Test(run_options, the_image_gives_what_the_caller_does_not)
{
	static const char image[] = "{\"Env\":[\"A=image\",\"B=image\"],\"WorkingDir\":\"/srv\","
				    "\"User\":\"app\",\"Cmd\":[\"c\"]}";
	const char *e[] = { "B=mine", "C=mine" };
	struct run_options o = { .user = "0", .env = { e, 2 } };
	struct config config;
	struct err err = { 0 };
	bool a = false, b = false, c = false;

	cr_assert_eq(apply(&o, image, NULL, &config, &err), 0, "%s", err.message);
	cr_assert_str_eq(config.cwd, "/srv");
	cr_assert_str_eq(config.user, "0");
	cr_assert_str_eq(config.hostname, "0123456789ab");
	for (const char *const *v = config.env; *v; v++) {
		a |= !strcmp(*v, "A=image");
		b |= !strcmp(*v, "B=mine");
		c |= !strcmp(*v, "C=mine");
		cr_assert_str_neq(*v, "B=image");
	}
	cr_assert(a && b && c);
}

Test(run_options, what_cannot_be_is_refused_before_anything_is_made)
{
	static const char image[] = "{\"Cmd\":[\"c\"]}";
	const char *volume[] = { "relative:/x" }, *cap[] = { "NOPE" };
	const char *bridge[] = { "bridge", "none" }, *port[] = { "8080:80" }, *bad_port[] = { "x" };
	const struct run_options bad[] = {
		{ .network = { bridge, 2 } },
		{ .publish = { port, 1 } },
		{ .network = { bridge, 1 }, .publish = { bad_port, 1 } },
		{ .network = { bridge, 1 }, .ip = "fd00::1" },
		{ .network = { bridge, 1 }, .mac_address = "nonsense" },
		{ .memory_bytes = 1 << 20 },
		{ .memory_swap = "1m" },
		{ .nano_cpus = 1 },
		{ .workdir = "relative" },
		{ .volume = { volume, 1 } },
		{ .cap_add = { cap, 1 } },
		{ .name = "no/slash" },
		{ .memory_bytes = 64 << 20, .memory_swap = "32m" },
	};
	struct config config;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };

		cr_assert_lt(apply(&bad[i], image, NULL, &config, &err), 0, "case %zu", i);
		cr_assert_eq(err.status, EXIT_USAGE, "case %zu", i);
	}
}
