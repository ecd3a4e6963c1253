/*
 * opt.c - parsing and dispatch of command lines. See opt.h; the texts are in opt_help.c.
 */
#include "user/base/opt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/base/log.h"
#include "user/base/num.h"
#include "user/base/str.h"

static int usage_error(struct err *err)
{
	return err_status(err, EXIT_USAGE);
}

static const struct opt *find_long(const struct opt *opts, const char *name, size_t len)
{
	for (; opts && opts->name; opts++)
		if (strlen(opts->name) == len && !memcmp(opts->name, name, len))
			return opts;
	return NULL;
}

static const struct opt *find_letter(const struct opt *opts, char letter)
{
	for (; opts && opts->name; opts++)
		if (opts->letter == letter)
			return opts;
	return NULL;
}

static int add_to_list(struct opt_list *list, const char *text, struct err *err)
{
	const char **items = realloc(list->items, (list->count + 1) * sizeof(*items));

	if (!items)
		return err_sys(err, "read the command line");
	items[list->count++] = text;
	list->items = items;
	return 0;
}

static bool is_choice(const char *choices, const char *text)
{
	size_t len = strlen(text);

	for (const char *c = choices; len && c; c = strchr(c, '|')) {
		c += *c == '|';
		if (!strncmp(c, text, len) && (c[len] == '\0' || c[len] == '|'))
			return true;
	}
	return false;
}

static int store_flag(bool *flag, const char *text)
{
	if (text && strcmp(text, "true") && strcmp(text, "false"))
		return -EINVAL;
	*flag = !text || str_eq(text, "true");
	return 0;
}

static int store(const struct opt *opt, void *values, const char *text, struct err *err)
{
	void *at = (char *)values + opt->offset;
	int r = 0;

	switch (opt->type) {
	case OPT_FLAG:
		r = store_flag(at, text);
		break;
	case OPT_STRING:
		*(const char **)at = text;
		break;
	case OPT_LIST:
		return add_to_list(at, text, err);
	case OPT_CHOICE:
		r = is_choice(opt->arg, text) ? 0 : -EINVAL;
		*(const char **)at = text;
		break;
	case OPT_U32:
		r = num_u32(text, at);
		break;
	case OPT_U64:
		r = num_u64(text, at);
		break;
	case OPT_I64:
		r = num_i64(text, at);
		break;
	case OPT_SIZE:
		r = num_size(text, at);
		break;
	case OPT_NANO:
		r = num_nano(text, at);
		break;
	case OPT_DURATION:
		r = num_duration(text, at);
		break;
	}
	if (r < 0) {
		err_set(err, EINVAL, "--%s: expected %s, got \"%s\"", opt->name,
			opt->type == OPT_FLAG ? "true or false" : opt->arg, text);
		return usage_error(err);
	}
	return 0;
}

/* State of one pass over argv. */
struct cursor {
	const struct opt *opts;
	void *values;
	int argc, at;
	char **argv;
};

static int need_value(struct cursor *c, const struct opt *opt, const char **text, struct err *err)
{
	if (*text)
		return 0;
	if (c->at + 1 >= c->argc) {
		err_set(err, EINVAL, "--%s: needs a value: %s", opt->name, opt->arg);
		return usage_error(err);
	}
	*text = c->argv[++c->at];
	return 0;
}

static int parse_long(struct cursor *c, const char *name, struct err *err)
{
	size_t len = strcspn(name, "=");
	const char *text = name[len] ? name + len + 1 : NULL;
	const struct opt *opt = find_long(c->opts, name, len);
	int r;

	if (!opt && len == 4 && !memcmp(name, "help", 4))
		return 1;
	if (!opt) {
		err_set(err, EINVAL, "unknown option --%.*s", (int)len, name);
		return usage_error(err);
	}
	r = opt->type == OPT_FLAG ? 0 : need_value(c, opt, &text, err);
	return r < 0 ? r : store(opt, c->values, text, err);
}

static int parse_letters(struct cursor *c, const char *letters, struct err *err)
{
	for (const char *l = letters; *l; l++) {
		const struct opt *opt = find_letter(c->opts, *l);
		const char *text = NULL;
		int r;

		if (!opt && *l == 'h')
			return 1;
		if (!opt) {
			err_set(err, EINVAL, "unknown option -%c", *l);
			return usage_error(err);
		}
		if (opt->type != OPT_FLAG) {
			if (l[1])
				text = l[1] == '=' ? l + 2 : l + 1;
			r = need_value(c, opt, &text, err);
			return r < 0 ? r : store(opt, c->values, text, err);
		}
		r = store(opt, c->values, NULL, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int opt_parse(const struct opt *opts, void *values, bool stop_at_args, int *argc, char **argv,
	      struct err *err)
{
	struct cursor c = { .opts = opts, .values = values, .argc = *argc, .argv = argv };
	int kept = 0;

	for (; c.at < c.argc; c.at++) {
		char *arg = argv[c.at];
		int r = 0;

		if (str_eq(arg, "--")) {
			c.at++;
			break;
		}
		if (arg[0] != '-' || arg[1] == '\0') {
			if (stop_at_args)
				break;
			argv[kept++] = arg;
			continue;
		}
		r = arg[1] == '-' ? parse_long(&c, arg + 2, err) : parse_letters(&c, arg + 1, err);
		if (r)
			return r;
	}
	while (c.at < c.argc)
		argv[kept++] = argv[c.at++];
	argv[kept] = NULL;
	*argc = kept;
	return 0;
}

static const struct command *find_command(const struct program *program, const char *name)
{
	for (const struct command *const *c = program->commands; *c; c++)
		if (str_eq((*c)->name, name))
			return *c;
	return NULL;
}

static int check_arg_count(const struct command *command, int argc, struct err *err)
{
	if (argc >= command->min_args && (command->max_args < 0 || argc <= command->max_args))
		return 0;
	err_set(err, EINVAL, argc < command->min_args ? "too few arguments" : "too many arguments");
	return usage_error(err);
}

static int run_command(const struct program *program, const struct command *command, int argc,
		       char **argv, struct err *err)
{
	void *values = calloc(1, command->opts_size + 1);
	char usage[160];
	int r;

	if (!values)
		return err_sys(err, "start");
	if (command->defaults)
		command->defaults(values);
	r = opt_parse(command->opts, values, command->stop_at_args, &argc, argv, err);
	if (r == 1) {
		opt_print_help(program, command);
		r = EXIT_OK;
	} else if (r == 0) {
		r = check_arg_count(command, argc, err);
		if (r == 0)
			r = command->run(values, argc, argv, err);
	}
	if (r < 0 && err->status == EXIT_USAGE)
		err_hint(err, "usage: %s (see %s %s --help)",
			 opt_usage(program, command, usage, sizeof(usage)), program->name,
			 command->name);
	free(values);
	return r;
}

/* The commands every program has. Returns -1 when name is none of them. */
static int run_builtin(const struct program *program, int argc, char **argv)
{
	const struct command *command = argc > 1 ? find_command(program, argv[1]) : NULL;

	if (str_eq(argv[0], "version") && argc == 1) {
		printf("%s version %s\n", program->name, program->version);
	} else if (str_eq(argv[0], "help")) {
		if (argc > 1 && str_eq(argv[1], "--man"))
			opt_print_man(program);
		else if (argc > 1 && !command)
			return -1;
		else
			opt_print_help(program, command);
	} else if (str_eq(argv[0], "completion") && argc == 2 && str_eq(argv[1], "bash")) {
		opt_print_completion(program);
	} else {
		return -1;
	}
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
}

/* --version counts wherever global options may stand, as callers of an OCI runtime use it. */
static bool wants_version(const struct program *program, int argc, char **argv)
{
	for (int i = 0; i < argc && argv[i][0] == '-'; i++)
		if (str_eq(argv[i], "--version") ||
		    (str_eq(argv[i], "-v") && !find_letter(program->opts, 'v')))
			return true;
	return false;
}

int opt_main(const struct program *program, int argc, char **argv)
{
	const struct command *command = NULL;
	struct err err = { 0 };
	int r;

	log_name(program->name, NULL);
	argc--;
	argv++;
	if (wants_version(program, argc, argv)) {
		printf("%s version %s\n", program->name, program->version);
		return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
	}
	r = opt_parse(program->opts, program->globals, true, &argc, argv, &err);
	if (r == 1 || (r == 0 && argc == 0)) {
		opt_print_help(program, NULL);
		if (r == 1)
			return EXIT_OK;
		err_set(&err, EINVAL, "no command given");
		r = usage_error(&err);
	}
	if (r == 0) {
		command = find_command(program, argv[0]);
		if (!command) {
			r = run_builtin(program, argc, argv);
			if (r >= 0)
				return r;
			err_set(&err, EINVAL, "unknown command \"%s\"", argv[0]);
			r = usage_error(&err);
		}
	}
	if (r == 0 && program->prepare)
		r = program->prepare(&err);
	if (r == 0) {
		log_name(program->name, command->name);
		r = run_command(program, command, argc - 1, argv + 1, &err);
	}
	if (r >= 0)
		return r;
	if (err.status == EXIT_USAGE)
		err_hint(&err, "see %s --help", program->name);
	return log_err(&err);
}
