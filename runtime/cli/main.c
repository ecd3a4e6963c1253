/*
 * main.c - cbox, the engine: its command table.
 *
 * Owns: nothing but the list of verbs, one file each, and the hidden way back from a monitor.
 */
#include <string.h>

#include "runtime/cli/cli.h"

int main(int argc, char **argv)
{
	static const struct command *const commands[] = {
		&cli_run,     &cli_exec, &cli_ps,      &cli_logs,   &cli_stop,	  &cli_start,
		&cli_restart, &cli_kill, &cli_rm,      &cli_wait,   &cli_inspect, &cli_images,
		&cli_import,  &cli_rmi,	 &cli_network, &cli_system, NULL
	};
	static const struct program program = {
		.name = "cbox",
		.version = CBOX_VERSION,
		.summary = "a compact container engine: images, containers, no daemon",
		.details = "Images and containers lie below CBOX_ROOT (/var/lib/cbox), what runs "
			   "below CBOX_RUN (/run/cbox). The image 'demo' imports itself.",
		.commands = commands,
	};

	if (argc >= 2 && !strcmp(argv[1], "monitor-finish"))
		return cli_monitor_finish(argc - 2, argv + 2);
	return opt_main(&program, argc, argv);
}
