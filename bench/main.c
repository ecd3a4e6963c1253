/*
 * main.c - cbench: the table of its commands.
 */
#include "bench/cases/cases.h"
#include "user/base/opt.h"

static const struct command *const commands[] = {
	&case_start_latency, &case_table,  &case_density,  &case_write_amp,
	&case_compare,	     &case_report, &case_subjects, NULL,
};

static const struct program program = {
	.name = "cbench",
	.version = CBOX_VERSION,
	.summary = "measures what containers cost, beside other runtimes and a VM",
	.commands = commands,
};

int main(int argc, char **argv)
{
	return opt_main(&program, argc, argv);
}
