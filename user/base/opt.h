/*
 * opt.h - one declarative table gives a program its parsing, checks, help, man page, completion.
 *
 * Owns: the command line: `tool [GLOBAL] COMMAND [OPTIONS] [--] ARGS`, exit status 2 with one
 * hint for wrong usage, --help and --version on stdout with status 0, and dispatch.
 * Does not own: what a command does.
 *
 * Spellings accepted: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, -abc for flags,
 * --flag=true|false. "--" ends options.
 */
#ifndef CBOX_BASE_OPT_H
#define CBOX_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/base/err.h"

/* The C type an option's value is stored in, at opt.offset of the command's struct. */
enum opt_type {
	OPT_FLAG,     /* bool */
	OPT_STRING,   /* const char * */
	OPT_LIST,     /* struct opt_list; may be given several times */
	OPT_CHOICE,   /* const char *, one of the words in opt.arg: "text|json" */
	OPT_U32,      /* uint32_t */
	OPT_U64,      /* uint64_t */
	OPT_I64,      /* int64_t */
	OPT_SIZE,     /* uint64_t bytes: 64m, 1g */
	OPT_NANO,     /* uint64_t 10^-9 units: 1.5 CPUs */
	OPT_DURATION, /* uint64_t ns: 10s, 250ms */
};

struct opt_list {
	const char **items; /* heap; lives as long as the process */
	unsigned count;
};

struct opt {
	const char *name; /* long name without dashes */
	char letter;	  /* short name, 0 for none */
	enum opt_type type;
	size_t offset;
	const char *arg;  /* placeholder in help, or the words of OPT_CHOICE; NULL for a flag */
	const char *help; /* starts in lower case, no full stop; NULL hides the option */
};
#define OPT_END   \
	{         \
		0 \
	}

struct command {
	const char *name;
	const char *args;    /* what follows "[OPTIONS]" in the usage line; may be NULL */
	const char *summary; /* one line */
	const char *details; /* paragraphs for --help and the man page; may be NULL */
	const struct opt *opts;
	size_t opts_size;	/* size of the zeroed struct that run() gets */
	int min_args, max_args; /* max_args < 0: any number */
	bool stop_at_args;	/* the first argument ends the options (run, exec) */
	/* Optional: sets defaults in the zeroed struct before parsing. */
	void (*defaults)(void *opts);
	/* Returns an exit status >= 0, or -errno with *err, which opt_main() prints. */
	int (*run)(void *opts, int argc, char **argv, struct err *err);
};

struct program {
	const char *name, *version, *summary, *details;
	const struct opt *opts; /* global options, before the command; may be NULL */
	void *globals;		/* struct they fill; defaults already in it */
	/* Optional: runs after the global options are parsed, before the command. */
	int (*prepare)(struct err *err);
	const struct command *const *commands; /* NULL-terminated; order of the help text */
};

/* Parses and dispatches; returns the exit status for main(). */
int opt_main(const struct program *program, int argc, char **argv);

/*
 * Parses options into values. *argc and argv are left with the arguments only.
 * Returns 0, 1 when --help was given, or -EINVAL with status EXIT_USAGE.
 */
int opt_parse(const struct opt *opts, void *values, bool stop_at_args, int *argc, char **argv,
	      struct err *err);

/* "cbox run [OPTIONS] IMAGE …" into buf, which is returned. */
char *opt_usage(const struct program *program, const struct command *command, char *buf,
		size_t size);

/* Text forms of the table, on stdout (opt_help.c). command may be NULL for the program. */
void opt_print_help(const struct program *program, const struct command *command);
void opt_print_man(const struct program *program);
void opt_print_completion(const struct program *program);

#endif
