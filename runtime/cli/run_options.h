/*
 * run_options.h - the command line of `run`, checked and turned into a container's config.
 *
 * Owns: the option table and what the options mean together with the image's configuration.
 * Does not own: finding the image or starting anything (run.c).
 */
#ifndef CBOX_CLI_RUN_OPTIONS_H
#define CBOX_CLI_RUN_OPTIONS_H

#include "runtime/cli/config.h"
#include "runtime/image/store.h"
#include "user/base/opt.h"

struct run_options {
	bool detach, remove, interactive, tty, privileged, read_only, dry_run;
	const char *name, *workdir, *user, *entrypoint, *hostname;
	const char *ip, *ip6, *mac_address;
	struct opt_list network, network_alias, add_host, dns, dns_search, publish;
	struct opt_list env, env_file, volume, tmpfs, cap_add, cap_drop;
	uint64_t memory_bytes, nano_cpus, cpu_shares;
	const char *memory_swap;
	int64_t pids_limit;
};

extern const struct opt run_option_table[];

/* Fills config (id and created_ns aside). argv: arguments after the image. 0 or -EINVAL. */
int run_options_apply(struct arena *arena, const struct run_options *options,
		      const struct image *image, const char *image_name, int argc, char **argv,
		      struct config *config, struct err *err);

#endif
