/*
 * opt_test.c - every spelling of an option, and that wrong usage is status 2.
 */
#include <criterion/criterion.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/opt.h"

struct values {
	bool all, quiet;
	const char *name, *format;
	struct opt_list env;
	uint32_t count;
	uint64_t memory, cpus, timeout;
	int64_t score;
};

static const struct opt opts[] = {
	{ "all", 'a', OPT_FLAG, offsetof(struct values, all), NULL, "everything" },
	{ "quiet", 'q', OPT_FLAG, offsetof(struct values, quiet), NULL, "ids only" },
	{ "name", 'n', OPT_STRING, offsetof(struct values, name), "NAME", "name" },
	{ "format", 0, OPT_CHOICE, offsetof(struct values, format), "text|json", "output" },
	{ "env", 'e', OPT_LIST, offsetof(struct values, env), "NAME=VALUE", "variable" },
	{ "count", 'c', OPT_U32, offsetof(struct values, count), "N", "count" },
	{ "memory", 'm', OPT_SIZE, offsetof(struct values, memory), "SIZE", "limit" },
	{ "cpus", 0, OPT_NANO, offsetof(struct values, cpus), "N", "limit" },
	{ "timeout", 't', OPT_DURATION, offsetof(struct values, timeout), "TIME", "wait" },
	{ "score", 0, OPT_I64, offsetof(struct values, score), "N", "score" },
	OPT_END,
};

static struct values v;
static struct err err;
static char *argv_out[16];
static int argc_out;

/* Splits line at blanks and parses it. */
static int parse(const char *line, bool stop)
{
	static char copy[256];
	char *rest = NULL;

	free(v.env.items);
	v = (struct values){ 0 };
	err_reset(&err);
	strncpy(copy, line, sizeof(copy) - 1);
	argc_out = 0;
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		argv_out[argc_out++] = word;
	argv_out[argc_out] = NULL;
	return opt_parse(opts, &v, stop, &argc_out, argv_out, &err);
}

static void release(void)
{
	free(v.env.items);
}

TestSuite(opt, .fini = release);

Test(opt, long_and_short_forms_are_the_same)
{
	static const char *const lines[] = { "--name x", "--name=x", "-n x", "-nx", "-n=x" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		cr_assert_eq(parse(lines[i], false), 0, "%s: %s", lines[i], err.message);
		cr_assert_str_eq(v.name, "x", "%s", lines[i]);
		cr_assert_eq(argc_out, 0);
	}
}

Test(opt, flags_can_be_joined_and_given_a_value)
{
	cr_assert_eq(parse("-aqn x", false), 0);
	cr_assert(v.all && v.quiet);
	cr_assert_str_eq(v.name, "x");
	cr_assert_eq(parse("--all --all=false --quiet=true", false), 0);
	cr_assert(!v.all && v.quiet);
	cr_assert_lt(parse("--all=yes", false), 0);
	cr_assert_str_eq(err.message, "--all: expected true or false, got \"yes\"");
}

Test(opt, values_are_converted)
{
	cr_assert_eq(parse("-m 64m --cpus 1.5 -t 250ms -c 7 --score -5", false), 0, "%s",
		     err.message);
	cr_assert_eq(v.memory, 64 << 20);
	cr_assert_eq(v.cpus, 1500000000);
	cr_assert_eq(v.timeout, 250000000);
	cr_assert_eq(v.count, 7);
	cr_assert_eq(v.score, -5);
}

Test(opt, lists_keep_order)
{
	cr_assert_eq(parse("-e A=1 --env B=2", false), 0);
	cr_assert_eq(v.env.count, 2);
	cr_assert_str_eq(v.env.items[0], "A=1");
	cr_assert_str_eq(v.env.items[1], "B=2");
}

Test(opt, wrong_values_are_usage_errors)
{
	static const char *const lines[] = {
		"-c x",		"-c -1",	"-c 4294967296", "-m 1q",    "--cpus .5", "-t 1y",
		"--format xml", "--format tex", "--format=",	 "--nome x", "-z",	  "--name",
		"-n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		cr_assert_lt(parse(lines[i], false), 0, "%s was accepted", lines[i]);
		cr_assert_eq(err.status, EXIT_USAGE, "%s", lines[i]);
	}
	parse("-c x", false);
	cr_assert_str_eq(err.message, "--count: expected N, got \"x\"");
}

Test(opt, arguments_are_left_in_order)
{
	cr_assert_eq(parse("one -a two --name x three", false), 0);
	cr_assert_eq(argc_out, 3);
	cr_assert_str_eq(argv_out[2], "three");
	cr_assert_null(argv_out[3]);
}

Test(opt, the_first_argument_ends_options_where_a_command_follows)
{
	cr_assert_eq(parse("-a image ls -q --name x", true), 0);
	cr_assert(v.all && !v.quiet && !v.name);
	cr_assert_eq(argc_out, 5);
	cr_assert_str_eq(argv_out[2], "-q");
}

Test(opt, two_dashes_end_options)
{
	cr_assert_eq(parse("-a -- -q --", false), 0);
	cr_assert_not(v.quiet);
	cr_assert_eq(argc_out, 2);
	cr_assert_str_eq(argv_out[0], "-q");
	cr_assert_str_eq(argv_out[1], "--");
}

Test(opt, a_lone_dash_is_an_argument)
{
	cr_assert_eq(parse("- -a", false), 0);
	cr_assert(v.all);
	cr_assert_str_eq(argv_out[0], "-");
}

Test(opt, help_is_told_apart_from_errors)
{
	cr_assert_eq(parse("-a --help", false), 1);
	cr_assert_eq(parse("-h", false), 1);
	cr_assert_eq(parse("-- --help", false), 0);
}
