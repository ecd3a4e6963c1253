/*
 * opt_help.c - the texts generated from option tables: help, man page (roff), bash completion.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/base/fmt.h"
#include "user/base/opt.h"
#include "user/base/term.h"

#define HELP_COLUMN 30

static bool has_visible(const struct opt *opts)
{
	for (; opts && opts->name; opts++)
		if (opts->help)
			return true;
	return false;
}

char *opt_usage(const struct program *program, const struct command *command, char *buf,
		size_t size)
{
	bool args = command->args && *command->args;

	fmt_string(buf, size, "%s %s%s%s%s", program->name, command->name,
		   has_visible(command->opts) ? " [OPTIONS]" : "", args ? " " : "",
		   args ? command->args : "");
	return buf;
}

/* Prints text wrapped to the terminal, continuation lines indented. column: where we are now. */
static void print_wrapped(const char *text, int indent, int column)
{
	int width = (int)term_width(STDOUT_FILENO);

	if (width > 100)
		width = 100;
	while (*text) {
		size_t blanks = strspn(text, " "), word = strcspn(text + blanks, " \n");
		bool wraps = column > indent && column + (int)(blanks + word) > width;

		if (wraps) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		/* the blanks a line is broken at are not printed */
		printf("%*s%.*s", wraps ? 0 : (int)blanks, "", (int)word, text + blanks);
		column += (wraps ? 0 : (int)blanks) + (int)word;
		text += blanks + word;
		if (*text == '\n') {
			printf(*++text == '\n' ? "\n" : "\n%*s", indent, "");
			column = indent;
		}
	}
	putchar('\n');
}

static void print_options(const struct opt *opts)
{
	for (const struct opt *o = opts; o && o->name; o++) {
		char left[128];
		int n;

		if (!o->help)
			continue;
		n = snprintf(left, sizeof(left), "  %c%c%s --%s%s%s", o->letter ? '-' : ' ',
			     o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
			     o->arg ? " " : "", o->arg ? o->arg : "");
		printf("%s", left);
		if (n + 2 > HELP_COLUMN) {
			putchar('\n');
			n = 0;
		}
		printf("%*s", HELP_COLUMN - n, "");
		print_wrapped(o->help, HELP_COLUMN, HELP_COLUMN);
	}
}

static void print_command_help(const struct program *program, const struct command *command)
{
	char usage[160];

	printf("Usage: %s\n\n", opt_usage(program, command, usage, sizeof(usage)));
	print_wrapped(command->summary, 0, 0);
	if (command->details) {
		putchar('\n');
		print_wrapped(command->details, 0, 0);
	}
	if (has_visible(command->opts)) {
		printf("\nOptions:\n");
		print_options(command->opts);
	}
}

void opt_print_help(const struct program *program, const struct command *command)
{
	if (command) {
		print_command_help(program, command);
		return;
	}
	printf("Usage: %s [GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGS]\n\n", program->name);
	print_wrapped(program->summary, 0, 0);
	if (program->details) {
		putchar('\n');
		print_wrapped(program->details, 0, 0);
	}
	printf("\nCommands:\n");
	for (const struct command *const *c = program->commands; *c; c++) {
		printf("  %-14s", (*c)->name);
		print_wrapped((*c)->summary, 16, 16);
	}
	if (has_visible(program->opts)) {
		printf("\nGlobal options:\n");
		print_options(program->opts);
	}
	printf("\n%s COMMAND --help tells more; %s completion bash prints shell completion.\n",
	       program->name, program->name);
}

/* Text with roff's special characters made harmless. */
static void roff_text(const char *text)
{
	bool line_start = true;

	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			printf("\\&");
		if (*text == '\\')
			printf("\\e");
		else if (*text == '-')
			printf("\\-");
		else
			putchar(*text);
		line_start = *text == '\n';
	}
}

static void roff_options(const struct opt *opts)
{
	for (const struct opt *o = opts; o && o->name; o++) {
		if (!o->help)
			continue;
		printf(".TP\n");
		if (o->letter)
			printf("\\fB\\-%c\\fR, ", o->letter);
		printf("\\fB\\-\\-");
		roff_text(o->name);
		printf("\\fR");
		if (o->arg) {
			printf(" \\fI");
			roff_text(o->arg);
			printf("\\fR");
		}
		putchar('\n');
		roff_text(o->help);
		putchar('\n');
	}
}

void opt_print_man(const struct program *program)
{
	printf(".TH ");
	for (const char *c = program->name; *c; c++)
		putchar(toupper((unsigned char)*c));
	printf(" 1 \"\" \"%s %s\"\n.SH NAME\n%s \\- ", program->name, program->version,
	       program->name);
	roff_text(program->summary);
	printf("\n.SH SYNOPSIS\n.B %s\n[GLOBAL OPTIONS] COMMAND [OPTIONS] [ARGS]\n", program->name);
	if (program->details) {
		printf(".SH DESCRIPTION\n");
		roff_text(program->details);
		putchar('\n');
	}
	if (has_visible(program->opts)) {
		printf(".SH GLOBAL OPTIONS\n");
		roff_options(program->opts);
	}
	printf(".SH COMMANDS\n");
	for (const struct command *const *c = program->commands; *c; c++) {
		char usage[160];

		printf(".SS \"");
		roff_text(opt_usage(program, *c, usage, sizeof(usage)));
		printf("\"\n");
		roff_text((*c)->summary);
		printf("\n");
		if ((*c)->details) {
			printf(".PP\n");
			roff_text((*c)->details);
			putchar('\n');
		}
		roff_options((*c)->opts);
	}
	printf(".SH EXIT STATUS\n0 success, 1 failure, 2 wrong usage, 3 not allowed by the kernel "
	       "or a missing privilege.\n");
}

static void completion_words(const struct opt *opts)
{
	for (const struct opt *o = opts; o && o->name; o++)
		if (o->help)
			printf(" --%s", o->name);
}

void opt_print_completion(const struct program *program)
{
	printf("# bash completion for %s; source it or put it in bash-completion's folder\n"
	       "_%s_complete()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} cmd= word\n"
	       "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	       "\t\tcase $word in -*) ;; *) cmd=$word; break ;; esac\n\tdone\n\tcase $cmd in\n",
	       program->name, program->name);
	for (const struct command *const *c = program->commands; *c; c++) {
		printf("\t%s) COMPREPLY=($(compgen -f -W '--help", (*c)->name);
		completion_words((*c)->opts);
		printf("' -- \"$cur\")) ;;\n");
	}
	printf("\t*) COMPREPLY=($(compgen -W 'help completion --version --help");
	completion_words(program->opts);
	for (const struct command *const *c = program->commands; *c; c++)
		printf(" %s", (*c)->name);
	printf("' -- \"$cur\")) ;;\n\tesac\n}\ncomplete -F _%s_complete %s\n", program->name,
	       program->name);
}
